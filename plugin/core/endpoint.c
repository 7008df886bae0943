/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "endpoint.h"

#include <glib.h>
#include <string.h>

#include "hash.h"

static const uint8_t mapped_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/* A network of ip_address_is_private() or ip_address_is_group(). */
struct ip_range {
    uint8_t family;
    uint8_t prefix_bits;
    uint8_t bytes[16];
};

static const struct ip_range private_ranges[] = {
    {4, 8, {10}},          /* RFC 1918 */
    {4, 12, {172, 16}},    /* RFC 1918 */
    {4, 16, {192, 168}},   /* RFC 1918 */
    {4, 10, {100, 64}},    /* RFC 6598 */
    {4, 16, {169, 254}},   /* RFC 3927 */
    {4, 8, {127}},         /* loopback */
    {6, 7, {0xfc}},        /* RFC 4193 */
    {6, 10, {0xfe, 0x80}}, /* link-local */
    {6, 128, {[15] = 1}},  /* loopback */
};

static const struct ip_range group_ranges[] = {
    {4, 4, {224}},
    {4, 32, {255, 255, 255, 255}},
    {6, 8, {0xff}},
};

static size_t address_length(const struct ip_address *address)
{
    return address->family == 4 ? 4 : address->family == 6 ? 16 : 0;
}

static bool prefix_equal(const uint8_t *a, const uint8_t *b, unsigned bits)
{
    unsigned rest = bits % 8;

    return memcmp(a, b, bits / 8) == 0 &&
           (rest == 0 || (a[bits / 8] ^ b[bits / 8]) >> (8 - rest) == 0);
}

static bool address_in_ranges(const struct ip_address *address, const struct ip_range *ranges,
                              size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (ranges[i].family == address->family &&
            prefix_equal(ranges[i].bytes, address->bytes, ranges[i].prefix_bits))
            return true;
    }
    return false;
}

struct ip_address ip_address_from_bytes(const void *bytes, size_t length)
{
    struct ip_address address = {0};

    if (length == 16 && memcmp(bytes, mapped_prefix, sizeof mapped_prefix) == 0) {
        bytes = (const uint8_t *)bytes + sizeof mapped_prefix;
        length = 4;
    }
    if (length == 4 || length == 16) {
        address.family = length == 4 ? 4 : 6;
        memcpy(address.bytes, bytes, length);
    }
    return address;
}

/* Leading zeros are decimal as anything else: RFC 3261 25.1 has 1*3DIGIT. */
static bool ipv4_parse(struct slice text, uint8_t bytes[4])
{
    size_t at = 0;

    for (unsigned i = 0; i < 4; i++) {
        size_t begin = at;
        unsigned value = 0;

        for (; at < text.len && at < begin + 3 && g_ascii_isdigit(text.ptr[at]); at++)
            value = value * 10 + (unsigned)(text.ptr[at] - '0');
        if (at == begin || value > 255 || (i < 3 && (at == text.len || text.ptr[at++] != '.')))
            return false;
        bytes[i] = (uint8_t)value;
    }
    return at == text.len;
}

static bool hex_group_parse(struct slice text, uint8_t bytes[2])
{
    unsigned value = 0;

    if (text.len == 0 || text.len > 4)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        int digit = g_ascii_xdigit_value(text.ptr[i]);

        if (digit < 0)
            return false;
        value = value << 4 | (unsigned)digit;
    }
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
    return true;
}

static bool ipv6_parse(struct slice text, uint8_t bytes[16])
{
    size_t used = 0;
    bool gap_seen = false;
    size_t gap = 0; /* where "::" stands, as an offset into bytes */

    memset(bytes, 0, 16);
    if (text.len >= 2 && text.ptr[0] == ':' && text.ptr[1] == ':') {
        gap_seen = true;
        text = slice_sub(text, 2, text.len);
    }
    while (text.len > 0) {
        size_t colon = slice_find(text, ':');
        struct slice group = slice_sub(text, 0, colon);

        if (colon == text.len && slice_find(group, '.') < group.len) {
            if (used > 12 || !ipv4_parse(group, bytes + used))
                return false;
            used += 4;
            break;
        }
        /*
         * The grammar of RFC 3261 asks for a third colon between "::" and an IPv4 part
         * (corrected by RFC 5954 4.1): read what was built by it.
         */
        if (colon == 0 && gap_seen && gap == used && slice_find(text, '.') < text.len) {
            text = slice_sub(text, 1, text.len);
            if (slice_find(text, ':') < text.len)
                return false;
            continue;
        }
        if (used > 14 || !hex_group_parse(group, bytes + used))
            return false;
        used += 2;
        if (colon == text.len)
            break;
        text = slice_sub(text, colon + 1, text.len);
        if (text.len == 0)
            return false; /* a single colon at the end */
        if (text.ptr[0] == ':') {
            if (gap_seen)
                return false;
            gap_seen = true;
            gap = used;
            text = slice_sub(text, 1, text.len);
        }
    }
    if (!gap_seen)
        return used == 16;
    if (used > 14)
        return false;
    memmove(bytes + gap + 16 - used, bytes + gap, used - gap);
    memset(bytes + gap, 0, 16 - used);
    return true;
}

bool ip_address_parse(struct slice text, struct ip_address *address)
{
    uint8_t bytes[16];

    memset(address, 0, sizeof *address);
    if (text.len > 47) /* no spelling is longer, whatever the packet holds */
        return false;
    if (ipv4_parse(text, bytes))
        *address = ip_address_from_bytes(bytes, 4);
    else if (slice_find(text, ':') < text.len && ipv6_parse(text, bytes))
        *address = ip_address_from_bytes(bytes, 16);
    return address->family != 0;
}

static bool host_name_is_valid(struct slice name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];

        /* RFC 3261 25.1 has no '_', and no digit in front of the last label; hosts have. */
        if (!g_ascii_isalnum(c) && c != '-' && c != '.' && c != '_')
            return false;
    }
    return name.len > 0;
}

bool host_port_parse(struct slice text, struct host_port *host_port)
{
    struct slice host, rest;
    uint64_t port;

    memset(host_port, 0, sizeof *host_port);
    text = slice_trim(text);
    if (text.len > 0 && text.ptr[0] == '[') {
        size_t close = slice_find(text, ']');

        host = slice_sub(text, 1, close);
        if (close == text.len || slice_find(host, ':') == host.len ||
            !ip_address_parse(host, &host_port->ip))
            return false;
        rest = slice_trim(slice_sub(text, close + 1, text.len));
        if (rest.len > 0 && rest.ptr[0] != ':')
            return false;
    } else {
        size_t colon = slice_find(text, ':');

        host = slice_trim(slice_sub(text, 0, colon));
        rest = slice_sub(text, colon, text.len);
        if (host.len > 0 && host.ptr[host.len - 1] == '.')
            host.len--;
        if (!ip_address_parse(host, &host_port->ip) && !host_name_is_valid(host))
            return false;
    }
    host_port->host = host;
    if (rest.len == 0)
        return true;
    if (!slice_to_uint(slice_trim(slice_sub(rest, 1, rest.len)), UINT16_MAX, &port) || port == 0)
        return false;
    host_port->has_port = true;
    host_port->port = (uint16_t)port;
    return true;
}

bool ip_address_is_set(const struct ip_address *address)
{
    return address->family != 0;
}

bool ip_address_equal(const struct ip_address *a, const struct ip_address *b)
{
    return a->family == b->family && memcmp(a->bytes, b->bytes, address_length(a)) == 0;
}

bool ip_address_is_private(const struct ip_address *address)
{
    return address_in_ranges(address, private_ranges, G_N_ELEMENTS(private_ranges));
}

bool ip_address_is_group(const struct ip_address *address)
{
    return address_in_ranges(address, group_ranges, G_N_ELEMENTS(group_ranges));
}

bool ip_address_same_net(const struct ip_address *a, const struct ip_address *b)
{
    return a->family != 0 && a->family == b->family &&
           prefix_equal(a->bytes, b->bytes, a->family == 4 ? 24 : 64);
}

bool endpoint_equal(const struct endpoint *a, const struct endpoint *b)
{
    return a->port == b->port && ip_address_equal(&a->ip, &b->ip);
}

uint64_t endpoint_hash(const struct endpoint *endpoint, uint64_t seed)
{
    uint64_t words[2] = {0};

    memcpy(words, endpoint->ip.bytes, address_length(&endpoint->ip));
    if (endpoint->ip.family == 6)
        seed = hash_mix(seed, words[1]);
    seed = hash_mix(seed, words[0]);
    return hash_mix(seed, (uint64_t)endpoint->ip.family << 16 | endpoint->port);
}

uint64_t endpoint_pair_hash(const struct endpoint *a, const struct endpoint *b)
{
    uint64_t sum = endpoint_hash(a, 0) + endpoint_hash(b, 0); /* XOR makes 0 of one twice */

    return sum ^ (sum >> 32);
}

struct endpoint endpoint_make(const struct ip_address *ip, uint16_t port)
{
    return (struct endpoint){*ip, port};
}

/* RFC 5952 4: lower case, no leading zeros, "::" for the first longest run of two or more zeros. */
static void ipv6_format(const uint8_t bytes[16], char buffer[ENDPOINT_TEXT_SIZE])
{
    unsigned gap = 8, gap_length = 1;
    char *to = buffer;

    for (unsigned i = 0; i < 8; i++) {
        unsigned end = i;

        while (end < 8 && bytes[2 * end] == 0 && bytes[2 * end + 1] == 0)
            end++;
        if (end - i > gap_length) {
            gap = i;
            gap_length = end - i;
        }
    }
    for (unsigned i = 0; i < 8; i++) {
        if (i == gap) {
            *to++ = ':';
            i += gap_length - 1;
            if (i == 7)
                *to++ = ':';
            continue;
        }
        if (i > 0)
            *to++ = ':';
        to += g_snprintf(to, 5, "%x", bytes[2 * i] << 8 | bytes[2 * i + 1]);
    }
    *to = '\0';
}

const char *ip_address_format(const struct ip_address *address, char buffer[ENDPOINT_TEXT_SIZE])
{
    const uint8_t *b = address->bytes;

    buffer[0] = '\0';
    if (address->family == 4)
        g_snprintf(buffer, ENDPOINT_TEXT_SIZE, "%u.%u.%u.%u", b[0], b[1], b[2], b[3]);
    else if (address->family == 6)
        ipv6_format(b, buffer);
    return buffer;
}

const char *endpoint_format(const struct endpoint *endpoint, char buffer[ENDPOINT_TEXT_SIZE])
{
    char ip[ENDPOINT_TEXT_SIZE];

    ip_address_format(&endpoint->ip, ip);
    /* No IP text is longer than 39 characters; the bound lets the compiler see it fits. */
    g_snprintf(buffer, ENDPOINT_TEXT_SIZE, endpoint->ip.family == 6 ? "[%.45s]:%u" : "%.45s:%u", ip,
               endpoint->port);
    return buffer;
}

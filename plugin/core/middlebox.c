/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "middlebox.h"

#include <string.h>

static unsigned address_bits(const struct ip_address *ip)
{
    return ip->family == 4 ? 32 : 128;
}

bool middlebox_parse(struct slice text, struct middlebox *middlebox)
{
    const char *slash = text.len > 0 ? memchr(text.ptr, '/', text.len) : NULL;
    struct slice address = {text.ptr, slash != NULL ? (size_t)(slash - text.ptr) : text.len};
    uint64_t length;

    if (!ip_address_parse(address, &middlebox->network)) {
        return false;
    }
    length = address_bits(&middlebox->network);
    if (slash != NULL) {
        struct slice digits = {slash + 1, text.len - address.len - 1};

        if (!slice_to_uint(digits, length, &length)) {
            return false;
        }
    }
    middlebox->prefix_length = (uint8_t)length;
    return true;
}

static bool middlebox_has(const struct middlebox *middlebox, const struct ip_address *ip)
{
    unsigned whole = middlebox->prefix_length / 8;
    unsigned rest = middlebox->prefix_length % 8;
    uint8_t mask = (uint8_t)(0xff00 >> rest);

    return ip->family == middlebox->network.family &&
           memcmp(ip->bytes, middlebox->network.bytes, whole) == 0 &&
           (rest == 0 || ((ip->bytes[whole] ^ middlebox->network.bytes[whole]) & mask) == 0);
}

bool middlebox_list_has(const struct middlebox *list, unsigned count, unsigned kinds,
                        const struct ip_address *ip)
{
    for (unsigned i = 0; i < count; i++) {
        if ((list[i].kind & kinds) != 0 && middlebox_has(&list[i], ip)) {
            return true;
        }
    }
    return false;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet_ip.h"

#define IPV4_HEADER 20
#define IPV6_HEADER 40

enum {
    NEXT_HOP_BY_HOP = 0,
    NEXT_ROUTING = 43,
    NEXT_FRAGMENT = 44,
    NEXT_AUTHENTICATION = 51,
    NEXT_DESTINATION = 60,
};

uint16_t bytes_be16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

uint32_t bytes_be32(const uint8_t *bytes)
{
    return (uint32_t)bytes_be16(bytes) << 16 | bytes_be16(bytes + 2);
}

/* RFC 791 3.1 */
static bool ipv4_header_parse(const uint8_t *bytes, size_t length, struct ip_header *header)
{
    size_t header_length = (size_t)(bytes[0] & 0x0f) * 4;
    uint16_t flags_and_offset;

    if (length < IPV4_HEADER || header_length < IPV4_HEADER || length < header_length) {
        return false;
    }

    flags_and_offset = bytes_be16(bytes + 6);
    *header = (struct ip_header){
        .src = ip_address_from_bytes(bytes + 12, 4),
        .dst = ip_address_from_bytes(bytes + 16, 4),
        .ttl = bytes[8],
        .protocol = bytes[9],
        .more_fragments = flags_and_offset & 0x2000,
        .fragment_offset = (flags_and_offset & 0x1fffu) * 8,
        .id = bytes_be16(bytes + 4),
        .payload = header_length,
        .end = bytes_be16(bytes + 2), /* 0 before segmentation offload filled it in */
    };
    header->is_fragment = header->more_fragments || header->fragment_offset > 0;
    return true;
}

/* RFC 8200 3 and 4 */
static bool ipv6_header_parse(const uint8_t *bytes, size_t length, struct ip_header *header)
{
    if (length < IPV6_HEADER) {
        return false;
    }

    uint16_t payload_length = bytes_be16(bytes + 4);
    *header = (struct ip_header){
        .v6 = true,
        .src = ip_address_from_bytes(bytes + 8, 16),
        .dst = ip_address_from_bytes(bytes + 24, 16),
        .ttl = bytes[7],
        .protocol = bytes[6],
        .payload = IPV6_HEADER,
        .end = payload_length > 0 ? IPV6_HEADER + (size_t)payload_length : 0,
    };

    /* Every extension header is at least 8 bytes long, so this ends with the bytes. */
    for (;;) {
        const uint8_t *extension = bytes + header->payload;
        size_t extension_length;

        switch (header->protocol) {
        case NEXT_HOP_BY_HOP:
        case NEXT_ROUTING:
        case NEXT_DESTINATION:
        case NEXT_AUTHENTICATION:
        case NEXT_FRAGMENT:
            break;
        default:
            return true;
        }
        if (length < header->payload + 8) {
            return false;
        }
        if (header->protocol == NEXT_FRAGMENT) {
            header->more_fragments = extension[3] & 1;
            header->fragment_offset = bytes_be16(extension + 2) & 0xfff8u;
            header->is_fragment = header->more_fragments || header->fragment_offset > 0;
            header->id = bytes_be32(extension + 4);
            extension_length = 8;
        } else if (header->protocol == NEXT_AUTHENTICATION) {
            extension_length = ((size_t)extension[1] + 2) * 4; /* RFC 4302 2.2 */
        } else {
            extension_length = ((size_t)extension[1] + 1) * 8;
        }
        if (length < header->payload + extension_length) {
            return false;
        }
        header->protocol = extension[0];
        header->payload += extension_length;
        if (header->fragment_offset > 0) {
            return true; /* what follows is the middle of the payload, no header */
        }
    }
}

bool ip_header_parse(const uint8_t *bytes, size_t length, struct ip_header *header)
{
    if (!bytes || length == 0) {
        return false;
    }
    if (bytes[0] >> 4 == 4) {
        return ipv4_header_parse(bytes, length, header);
    }
    if (bytes[0] >> 4 == 6) {
        return ipv6_header_parse(bytes, length, header);
    }
    return false;
}

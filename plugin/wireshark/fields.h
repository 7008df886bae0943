/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_FIELDS_H
#define SIPCONN_FIELDS_H

#include "compat.h"

#include <epan/proto.h>

#include "slice.h"

/* The display filter fields: stable names, one table (fields.c). */
enum field {
    FIELD_TRANSPORT,
    FIELD_TRANSACTION,
    FIELD_REQUEST_IN,
    FIELD_RESPONSE_IN,
    FIELD_RESPONSE_TIME,
    FIELD_RETRANSMISSION_OF,
    FIELD_DUPLICATE_OF,

    FIELD_VIA_TRANSPORT,
    FIELD_VIA_HOST,
    FIELD_VIA_PORT,
    FIELD_VIA_BRANCH,
    FIELD_VIA_RECEIVED,
    FIELD_VIA_RPORT,
    FIELD_VIA_MADDR,
    FIELD_VIA_ALIAS,
    FIELD_VIA_KEEP,

    FIELD_VERDICT,
    FIELD_BASIS,
    FIELD_EXPECTED,
    FIELD_CLAUSE,

    FIELD_CONNECTION,
    FIELD_CONNECTION_OPENED,
    FIELD_CONNECTION_CLOSED,
    FIELD_CONNECTION_INITIATOR,
    FIELD_CONNECTION_EVIDENCE,
    FIELD_CONNECTION_CLASS,

    FIELD_DIRECTION,
    FIELD_REQUEST_USE,
    FIELD_REQUEST_BASIS,

    FIELD_FINDING,
    FIELD_SEVERITY,

    FIELD_COUNT,
};

/* Registers all fields of the protocol. Once, while protocols register. */
void fields_register(int proto);

/*
 * Add one generated item; return it. They cover no bytes: what the analysis says stands in no
 * packet. Strings need not be UTF-8 (they come out of packets): bad bytes are replaced. scope
 * owns the text and must live as long as the tree (pinfo->pool).
 */
proto_item *field_add_string(proto_tree *tree, wmem_allocator_t *scope, tvbuff_t *tvb,
                             enum field field, const char *value);
proto_item *field_add_slice(proto_tree *tree, wmem_allocator_t *scope, tvbuff_t *tvb,
                            enum field field, struct slice value);
proto_item *field_add_uint(proto_tree *tree, tvbuff_t *tvb, enum field field, uint32_t value);
/* duration: nanoseconds, may be negative. */
proto_item *field_add_duration(proto_tree *tree, tvbuff_t *tvb, enum field field, int64_t duration);

/* A copy of text as valid UTF-8, in scope. */
char *text_valid(wmem_allocator_t *scope, struct slice text);

#endif

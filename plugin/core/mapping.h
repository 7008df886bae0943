/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_MAPPING_H
#define SIPCONN_MAPPING_H

#include "endpoint.h"

/*
 * NAT mappings: which public address and port stood for a client (its sent-by and From URI) at a
 * server, and since when.
 */
struct mapping_table;

struct mapping {
    struct endpoint seen; /* the client's source address and port at the tap */
    uint16_t rport;       /* as the server saw it, 0 = unknown */
    uint64_t instance;    /* hash of what makes it the same client: Call-ID or +sip.instance */
    int64_t time;
    uint32_t frame;
};

struct mapping_table *mapping_table_new(void);
void mapping_table_free(struct mapping_table *table);

/*
 * Enters what is seen now for the client (a hash of sent-by, From URI and server). Returns true and
 * fills *before if something was known.
 */
bool mapping_replace(struct mapping_table *table, uint64_t client, const struct mapping *now,
                     struct mapping *before);

#endif

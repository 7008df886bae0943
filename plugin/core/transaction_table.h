/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_TRANSACTION_TABLE_H
#define SIPCONN_TRANSACTION_TABLE_H

/* The inside of the table of transactions, shared by the files that fill it and search it. */

#include "arena.h"
#include "transaction.h"

/* Instances of one key, or branches of one Call-ID and CSeq, that a search looks at. */
#define TRANSACTION_CHAIN_MAX 8

struct transaction_table {
    struct analysis_config config;
    GHashTable *by_key;  /* struct transaction (branch, Call-ID, CSeq, method) -> newest instance */
    GHashTable *by_cseq; /* struct transaction (Call-ID, CSeq, method) -> newest branch */
    GHashTable *by_branch; /* struct transaction (branch, sent-by) -> struct branch_use */
    GPtrArray *all;        /* struct transaction *, in the arena */
    struct arena *arena;   /* of transactions and hops */
    GStringChunk *strings;
    GString *scratch; /* RFC 2543 key text */
    uint32_t last_number;
    uint32_t count; /* with a request, ACK not counted */
};

/*
 * Fills the key part of *probe for a message, pointing into it (or into table->scratch). method is
 * that of the transaction sought. False if a part is missing.
 */
bool transaction_probe(struct transaction_table *table, const struct message *message,
                       const struct via *via, const char *method, struct transaction *probe);

/* A new instance with that key, filed in the tables; strings are copied. */
struct transaction *transaction_new(struct transaction_table *table,
                                    const struct transaction *probe, int64_t time);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "transaction_table.h"

#include <string.h>

#include "hash.h"

/*
 * The key. With the magic cookie it is branch and method (RFC 3261 17.1.3, 17.2.3); a passive tool
 * sees many clients, so Call-ID and CSeq number belong to it too. Without cookie the branch slice
 * holds the parts RFC 2543 matching needs. Branches are tokens: compared without case (7.3.1).
 * The hashes are made once by transaction_probe(): each transaction is looked for in three tables.
 */
static guint transaction_key_hash(gconstpointer key)
{
    return ((const struct transaction *)key)->key_hash;
}

static gboolean transaction_key_equal(gconstpointer left, gconstpointer right)
{
    const struct transaction *a = left;
    const struct transaction *b = right;

    return a->cseq == b->cseq && slice_equal_nocase(a->branch, b->branch) &&
           slice_equal(a->call_id, b->call_id) && strcmp(a->method, b->method) == 0;
}

static guint transaction_cseq_hash(gconstpointer key)
{
    return ((const struct transaction *)key)->cseq_hash;
}

static gboolean transaction_cseq_equal(gconstpointer left, gconstpointer right)
{
    const struct transaction *a = left;
    const struct transaction *b = right;

    return a->cseq == b->cseq && slice_equal(a->call_id, b->call_id) &&
           strcmp(a->method, b->method) == 0;
}

static guint branch_hash(gconstpointer key)
{
    const struct transaction *transaction = key;

    return (guint)slice_hash_nocase(transaction->sent_by, transaction->branch_hash);
}

static gboolean branch_equal(gconstpointer left, gconstpointer right)
{
    const struct transaction *a = left;
    const struct transaction *b = right;

    return slice_equal_nocase(a->branch, b->branch) && slice_equal_nocase(a->sent_by, b->sent_by);
}

struct transaction_table *transaction_table_new(const struct analysis_config *config)
{
    struct transaction_table *table = g_new0(struct transaction_table, 1);

    table->config = *config;
    table->by_key = g_hash_table_new(transaction_key_hash, transaction_key_equal);
    table->by_cseq = g_hash_table_new(transaction_cseq_hash, transaction_cseq_equal);
    table->by_branch = g_hash_table_new(branch_hash, branch_equal);
    table->all = g_ptr_array_new();
    table->arena = arena_new();
    table->strings = g_string_chunk_new(16 * 1024);
    table->scratch = g_string_new(NULL);
    return table;
}

void transaction_table_free(struct transaction_table *table)
{
    if (table == NULL) {
        return;
    }
    g_hash_table_destroy(table->by_key);
    g_hash_table_destroy(table->by_cseq);
    g_hash_table_destroy(table->by_branch);
    g_ptr_array_free(table->all, TRUE);
    arena_free(table->arena);
    g_string_chunk_free(table->strings);
    g_string_free(table->scratch, TRUE);
    g_free(table);
}

uint32_t transaction_table_count(const struct transaction_table *table)
{
    return table->count;
}

struct transaction *transaction_by_number(const struct transaction_table *table, uint32_t number)
{
    return number == 0 ? NULL : g_ptr_array_index(table->all, number - 1);
}

/* What is hashed of a key; branch and sent_by stand in *probe. */
static void transaction_hash(struct transaction *probe)
{
    uint64_t branch = slice_hash_nocase(probe->branch, 0);
    struct hash call = hash_begin(probe->cseq);
    uint64_t word = 0;

    /* The begin of the method tells enough. */
    memcpy(&word, probe->method, MIN(strlen(probe->method), sizeof word));

    hash_slice(&call, probe->call_id);
    hash_word(&call, word);
    probe->branch_hash = (guint)branch;
    probe->cseq_hash = (guint)hash_end(call);
    probe->key_hash = (guint)(branch >> 32) ^ probe->cseq_hash;
}

/* host[:port], behind what is in text already. */
static void append_sent_by(GString *text, const struct via *via)
{
    g_string_append_len(text, via->host.ptr, (gssize)via->host.len);
    if (via->has_port) {
        char digits[8];
        size_t at = sizeof digits;

        /* For each message, hence not by printf(). */
        for (unsigned port = via->port; at == sizeof digits || port > 0; port /= 10) {
            digits[--at] = (char)('0' + port % 10);
        }
        digits[--at] = ':';
        g_string_append_len(text, digits + at, (gssize)(sizeof digits - at));
    }
}

bool transaction_probe(struct transaction_table *table, const struct message *message,
                       const struct via *via, const char *method, struct transaction *probe)
{
    GString *text = table->scratch;
    size_t key_length = 0;

    if (message->call_id.len == 0 || !message->has_cseq || via->host.len == 0) {
        return false;
    }
    *probe = (struct transaction){
        .method = method,
        .call_id = message->call_id,
        .cseq = message->cseq,
        .has_cookie = via_has_cookie(via),
        .is_invite = strcmp(method, "INVITE") == 0,
        .is_ack = strcmp(method, "ACK") == 0,
        .is_cancel = strcmp(method, "CANCEL") == 0,
    };
    g_string_truncate(text, 0);
    if (!probe->has_cookie) {
        /* RFC 2543: From tag and the top Via without what a server adds to it. */
        g_string_append_len(text, message->from_tag.ptr ? message->from_tag.ptr : "",
                            (gssize)message->from_tag.len);
        g_string_append_c(text, ' ');
        g_string_append_len(text, via->branch.ptr ? via->branch.ptr : "", (gssize)via->branch.len);
        g_string_append_c(text, ' ');
        key_length = text->len;
    }
    append_sent_by(text, via);
    probe->sent_by = (struct slice){text->str + key_length, text->len - key_length};
    probe->branch = probe->has_cookie ? via->branch : (struct slice){text->str, text->len};
    transaction_hash(probe);
    return true;
}

static struct slice transaction_keep(struct transaction_table *table, struct slice text)
{
    return (struct slice){arena_text(table->arena, text), text.len};
}

struct transaction *transaction_new(struct transaction_table *table,
                                    const struct transaction *probe, int64_t time)
{
    struct transaction *transaction = arena_copy(table->arena, probe, sizeof *probe);

    transaction->number = ++table->last_number;
    transaction->branch = transaction_keep(table, probe->branch);
    transaction->call_id = transaction_keep(table, probe->call_id);
    transaction->sent_by = transaction_keep(table, probe->sent_by);
    transaction->first_time = time;
    transaction->last_request_time = time;
    transaction->older = g_hash_table_lookup(table->by_key, transaction);
    transaction->same_cseq = g_hash_table_lookup(table->by_cseq, transaction);
    g_hash_table_replace(table->by_key, transaction, transaction);
    g_hash_table_replace(table->by_cseq, transaction, transaction);
    g_ptr_array_add(table->all, transaction);
    return transaction;
}

struct branch_use *transaction_branch_use(struct transaction_table *table,
                                          struct transaction *transaction,
                                          struct transaction **before)
{
    struct branch_use *use = g_hash_table_lookup(table->by_branch, transaction);

    *before = NULL;
    if (use == NULL) {
        use = arena_alloc(table->arena, sizeof *use);
        use->latest = transaction;
        g_hash_table_insert(table->by_branch, transaction, use);
        return NULL;
    }
    *before = use->latest;
    use->latest = transaction;
    return use;
}

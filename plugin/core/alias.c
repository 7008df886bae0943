/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "alias.h"

#include "tls.h"

struct alias_table {
    GPtrArray *records;   /* struct alias_record *, owned */
    GHashTable *acceptor; /* struct endpoint (in a record) -> its latest acceptor's entry */
};

static guint alias_endpoint_hash(gconstpointer key)
{
    return (guint)endpoint_hash(key, 0);
}

static gboolean alias_endpoint_equal(gconstpointer a, gconstpointer b)
{
    return endpoint_equal(a, b);
}

static void alias_record_free(void *data)
{
    struct alias_record *record = data;

    g_array_free(record->used_frames, TRUE);
    g_free(record);
}

struct alias_table *alias_table_new(void)
{
    struct alias_table *table = g_new0(struct alias_table, 1);

    table->records = g_ptr_array_new_with_free_func(alias_record_free);
    table->acceptor = g_hash_table_new(alias_endpoint_hash, alias_endpoint_equal);
    return table;
}

void alias_table_free(struct alias_table *table)
{
    if (table == NULL) {
        return;
    }
    g_hash_table_destroy(table->acceptor);
    g_ptr_array_free(table->records, TRUE);
    g_free(table);
}

const GPtrArray *alias_table_records(const struct alias_table *table)
{
    return table->records;
}

static struct alias_record *alias_record_new(struct alias_table *table,
                                             const struct connection *connection,
                                             const struct endpoint *endpoint, uint32_t frame)
{
    struct alias_record *record = g_new0(struct alias_record, 1);

    record->endpoint = *endpoint;
    record->transport = connection->record.transport;
    record->connection = &connection->record;
    record->learnt_frame = frame;
    record->used_frames = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    g_ptr_array_add(table->records, record);
    return record;
}

void alias_table_learn(struct alias_table *table, struct connection *connection,
                       const struct via *via, uint32_t frame)
{
    enum client_certificate certificate = tls_client_certificate(connection->tls);
    const struct endpoint *a;
    const struct endpoint *b;
    struct endpoint advertised;
    struct alias_record *learnt;

    if (connection->alias_count == CONNECTION_ALIASES_MAX || connection->opener < 0 ||
        certificate == CERTIFICATE_NONE) {
        return;
    }
    a = &connection->side[connection->opener].endpoint;
    b = &connection->side[1 - connection->opener].endpoint;
    advertised = endpoint_make(&a->ip, via_port(via, connection->record.transport));
    if (alias_table_covers(table, connection, &advertised)) {
        return;
    }
    learnt = alias_record_new(table, connection, &advertised, frame);
    learnt->verified = certificate == CERTIFICATE_PRESENTED;
    learnt->identities = connection->record.client_identities;
    g_hash_table_replace(table->acceptor, &learnt->endpoint, learnt);
    if (connection->alias_count++ > 0) {
        return;
    }
    connection->alias = learnt;
    connection->initiator_alias = alias_record_new(table, connection, b, frame);
    connection->initiator_alias->initiator_side = true;
    connection->initiator_alias->verified = connection->record.server_identities != NULL;
    connection->initiator_alias->identities = connection->record.server_identities;
}

struct alias_record *alias_table_find(const struct alias_table *table,
                                      const struct endpoint *endpoint)
{
    return g_hash_table_lookup(table->acceptor, endpoint);
}

bool alias_table_covers(const struct alias_table *table, const struct connection *connection,
                        const struct endpoint *endpoint)
{
    const struct alias_record *latest = alias_table_find(table, endpoint);

    return (connection->alias != NULL && endpoint_equal(&connection->alias->endpoint, endpoint)) ||
           (latest != NULL && latest->connection == &connection->record);
}

void alias_table_used(struct connection *connection, uint32_t frame)
{
    if (connection->alias != NULL) {
        g_array_append_val(connection->alias->used_frames, frame);
    }
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "passing.h"

struct passing {
    bool all;
    GHashTable *frames, *connections; /* sets of numbers */
};

struct passing *passing_new(void)
{
    struct passing *passing = g_new0(struct passing, 1);

    passing->frames = g_hash_table_new(g_direct_hash, g_direct_equal);
    passing->connections = g_hash_table_new(g_direct_hash, g_direct_equal);
    return passing;
}

void passing_free(struct passing *passing)
{
    g_hash_table_destroy(passing->frames);
    g_hash_table_destroy(passing->connections);
    g_free(passing);
}

void passing_clear(struct passing *passing)
{
    g_hash_table_remove_all(passing->frames);
    g_hash_table_remove_all(passing->connections);
}

void passing_set_all(struct passing *passing)
{
    passing->all = true;
}

static void connection_add(struct passing *passing, const struct connection_record *connection)
{
    if (connection) {
        g_hash_table_add(passing->connections, GUINT_TO_POINTER(connection->id));
    }
}

void passing_add(struct passing *passing, const struct frame_record *frame)
{
    if (passing->all) {
        return;
    }
    g_hash_table_add(passing->frames, GUINT_TO_POINTER(frame->frame));
    for (unsigned i = 0; i < frame->message_count; i++) {
        connection_add(passing, frame->messages[i]->connection);
    }
    connection_add(passing, frame->connection_event);
}

bool passing_frame(const struct passing *passing, uint32_t frame)
{
    return passing->all || g_hash_table_contains(passing->frames, GUINT_TO_POINTER(frame));
}

bool passing_connection(const struct passing *passing, uint32_t id)
{
    return passing->all || g_hash_table_contains(passing->connections, GUINT_TO_POINTER(id));
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SCTP associations (RFC 9260): connections that are known by ports and verification tags, because
 * their ends may change addresses.
 */
#include "connection_private.h"

/* One direction of an association: the receiver chose the tag (RFC 9260 3.1). */
struct sctp_path {
    uint16_t src_port, dst_port;
    uint32_t tag;
};

static guint sctp_path_hash(gconstpointer key)
{
    const struct sctp_path *path = key;
    uint32_t parts[] = {path->tag, path->src_port, path->dst_port};

    return (guint)slice_hash((struct slice){(const char *)parts, sizeof parts}, 0);
}

static gboolean sctp_path_equal(gconstpointer left, gconstpointer right)
{
    const struct sctp_path *a = left;
    const struct sctp_path *b = right;

    return a->tag == b->tag && a->src_port == b->src_port && a->dst_port == b->dst_port;
}

GHashTable *association_paths_new(void)
{
    return g_hash_table_new_full(sctp_path_hash, sctp_path_equal, g_free, NULL);
}

/* The association between these addresses; a new one if that side is known to use another tag. */
static struct connection *association_between(struct connection_table *table,
                                              const struct endpoint *src,
                                              const struct endpoint *dst, const uint32_t *src_tag,
                                              uint32_t frame, int64_t time)
{
    struct connection probe = {.side = {{.endpoint = *src}, {.endpoint = *dst}}};
    struct connection *known = g_hash_table_lookup(table->sctp_pairs, &probe);

    if (known != NULL) {
        const struct connection_side *from = &known->side[connection_side_of(known, src)];

        if (src_tag == NULL || !from->has_tag || from->tag == *src_tag) {
            return known;
        }
        if (known->reopened_time == 0) {
            known->reopened_time = time;
            connection_mark_closed(table, known, -1, CLOSE_REOPENED, frame, time);
        }
    }
    known = connection_new(-1, src, dst, frame, time);
    g_ptr_array_add(table->associations, known);
    g_hash_table_replace(table->sctp_pairs, known, known);
    return known;
}

static void association_learn_tag(struct connection_table *table, struct connection *connection,
                                  int side, uint32_t tag)
{
    struct connection_side *from = &connection->side[side];
    struct sctp_path path = {from->endpoint.port, connection->side[1 - side].endpoint.port, tag};

    from->has_tag = true;
    from->tag = tag;
    g_hash_table_replace(table->sctp, g_memdup2(&path, sizeof path), connection);
}

void connection_association_init(struct connection_table *table,
                                 const struct packet_sctp_init *init, uint32_t frame, int64_t time)
{
    struct connection *connection =
        association_between(table, &init->dst, &init->src, &init->initiate_tag, frame, time);
    int side = connection_side_of(connection, &init->src);

    association_learn_tag(table, connection, 1 - side, init->initiate_tag);
    connection_event_add(connection, EVENT_SYN, side, frame, time);
    connection->handshake = true;
    connection->established = connection->established || init->is_ack;
    connection->side[side].seen = true;
    connection->side[side].named = true;
    if (connection->record.opened_frame == 0) {
        connection->record.opened_frame = frame;
    }
    connection_set_opener(connection, init->is_ack ? 1 - side : side, EVIDENCE_CERTAIN);
}

struct connection *connection_association_find(const struct connection_table *table,
                                               const struct packet_sctp_end *end)
{
    struct sctp_path there = {end->src.port, end->dst.port, end->tag};
    struct connection *connection = g_hash_table_lookup(table->sctp, &there);
    struct connection probe = {.side = {{.endpoint = end->src}, {.endpoint = end->dst}}};

    /* An ABORT may carry the tag of its receiver instead (RFC 9260 8.5.1 B). */
    return connection != NULL ? connection : g_hash_table_lookup(table->sctp_pairs, &probe);
}

bool connection_association_end(struct connection_table *table, struct connection *connection,
                                int side, bool is_abort, uint32_t frame, int64_t time)
{
    struct connection_side *from = &connection->side[side];
    int64_t *when = is_abort ? &from->rst_time : &from->fin_time;
    bool was_open = connection->closed_time == 0;

    connection_event_add(connection, is_abort ? EVENT_RST : EVENT_FIN, side, frame, time);
    *when = *when != 0 ? *when : time;
    connection->refused =
        connection->refused || (is_abort && connection->handshake && !connection->established);
    connection_mark_closed(table, connection, side, is_abort ? CLOSE_RST : CLOSE_FIN, frame, time);
    return was_open;
}

struct connection *association_of_message(struct connection_table *table,
                                          const struct packet_message *packet, uint32_t frame,
                                          int64_t time)
{
    struct sctp_path there = {packet->src.port, packet->dst.port, packet->sctp_tag};
    struct connection *connection =
        packet->has_sctp_tag ? g_hash_table_lookup(table->sctp, &there) : NULL;
    int side;

    if (connection == NULL) {
        connection =
            association_between(table, &packet->src, &packet->dst,
                                packet->has_sctp_tag ? &packet->sctp_tag : NULL, frame, time);
        if (packet->has_sctp_tag) {
            association_learn_tag(table, connection, connection_side_of(connection, &packet->src),
                                  packet->sctp_tag);
        }
    }
    side = connection_side_of_packet(connection, packet);
    connection->side[side].seen = true;
    return connection;
}

int connection_side_of_tag(const struct connection *connection, const struct endpoint *src,
                           const uint32_t *tag)
{
    for (int i = 0; i < 2 && tag != NULL; i++) {
        if (connection->side[i].has_tag && connection->side[i].tag == *tag) {
            return i;
        }
    }
    return connection_side_of(connection, src);
}

int connection_side_of_packet(const struct connection *connection,
                              const struct packet_message *packet)
{
    return connection_side_of_tag(connection, &packet->src,
                                  packet->has_sctp_tag ? &packet->sctp_tag : NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "connection_private.h"

#include <string.h>

/* More gaps show no more than that the capture is bad. */
#define GAP_EVENTS_MAX 4

/* ---- tables ------------------------------------------------------------------------------ */

static guint connection_tuple_hash(gconstpointer key)
{
    const struct connection *connection = key;

    return (guint)endpoint_pair_hash(&connection->side[0].endpoint, &connection->side[1].endpoint);
}

static gboolean connection_tuple_equal(gconstpointer left, gconstpointer right)
{
    const struct connection *a = left;
    const struct connection *b = right;

    return (endpoint_equal(&a->side[0].endpoint, &b->side[0].endpoint) &&
            endpoint_equal(&a->side[1].endpoint, &b->side[1].endpoint)) ||
           (endpoint_equal(&a->side[0].endpoint, &b->side[1].endpoint) &&
            endpoint_equal(&a->side[1].endpoint, &b->side[0].endpoint));
}

static guint endpoint_key_hash(gconstpointer key)
{
    return (guint)endpoint_hash(key, 0);
}

static gboolean endpoint_key_equal(gconstpointer left, gconstpointer right)
{
    return endpoint_equal(left, right);
}

static void connection_free(void *data)
{
    struct connection *connection = data;

    if (connection->watches != NULL) {
        g_array_free(connection->watches, TRUE);
    }
    if (connection->ob_dialogs != NULL) {
        g_array_free(connection->ob_dialogs, TRUE);
    }
    g_queue_clear(&connection->pending);
    registration_list_clear(&connection->registrations);
    tls_facts_free(connection->tls);
    g_free(connection->first_host);
    g_array_free(connection->events, TRUE);
    g_free(connection);
}

struct connection_table *connection_table_new(void)
{
    struct connection_table *table = g_new0(struct connection_table, 1);

    table->by_stream = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, connection_free);
    table->by_tuple = g_hash_table_new(connection_tuple_hash, connection_tuple_equal);
    table->sctp = association_paths_new();
    table->sctp_pairs = g_hash_table_new(connection_tuple_hash, connection_tuple_equal);
    table->open_ends = g_hash_table_new_full(endpoint_key_hash, endpoint_key_equal, g_free, NULL);
    table->records = g_ptr_array_new();
    table->associations = g_ptr_array_new_with_free_func(connection_free);
    return table;
}

void connection_table_free(struct connection_table *table)
{
    if (table == NULL) {
        return;
    }
    g_hash_table_destroy(table->by_tuple);
    g_hash_table_destroy(table->sctp);
    g_hash_table_destroy(table->sctp_pairs);
    g_hash_table_destroy(table->open_ends);
    g_ptr_array_free(table->records, TRUE);
    g_ptr_array_free(table->associations, TRUE);
    g_hash_table_destroy(table->by_stream);
    g_free(table);
}

const GPtrArray *connection_table_records(const struct connection_table *table)
{
    return table->records;
}

struct connection *connection_find(const struct connection_table *table, int64_t stream)
{
    return g_hash_table_lookup(table->by_stream, &stream);
}

struct connection *connection_between(const struct connection_table *table,
                                      const struct endpoint *a, const struct endpoint *b)
{
    struct connection probe = {.side = {{.endpoint = *a}, {.endpoint = *b}}};

    return g_hash_table_lookup(table->by_tuple, &probe);
}

struct connection *connection_new(int64_t stream, const struct endpoint *src,
                                  const struct endpoint *dst, uint32_t frame, int64_t time)
{
    struct connection *connection = g_new0(struct connection, 1);

    connection->record.stream = stream;
    connection->record.close_silence = -1;
    connection->side[0].endpoint = *src;
    connection->side[1].endpoint = *dst;
    connection->opener = -1;
    connection->closer = -1;
    connection->events = g_array_new(FALSE, FALSE, sizeof(struct connection_event));
    g_queue_init(&connection->pending);
    connection->opened_time = time;
    connection->first_frame = frame;
    return connection;
}

int connection_side_of(const struct connection *connection, const struct endpoint *endpoint)
{
    return endpoint_equal(&connection->side[0].endpoint, endpoint) ? 0 : 1;
}

/* ---- who opened it ------------------------------------------------------------------------ */

void connection_refresh(struct connection *connection)
{
    struct connection_record *record = &connection->record;
    int opener = connection->opener < 0 ? connection->first_speaker : connection->opener;
    const struct connection_side *a = &connection->side[opener];
    const struct connection_side *b = &connection->side[1 - opener];

    record->initiator = a->endpoint;
    record->acceptor = b->endpoint;
    if (connection->opener < 0) {
        record->forward_transactions = 0;
        record->backward_requests = 0;
        record->unknown_requests = a->requests + b->requests;
    } else {
        record->forward_transactions = a->requests;
        record->backward_requests = b->requests > 0 ? b->requests : b->lone_acks;
        record->unknown_requests = 0;
        record->cross_dialog = a->many_dialogs;
    }
}

void connection_set_opener(struct connection *connection, int side, enum evidence evidence)
{
    if (evidence <= connection->record.evidence) {
        return;
    }
    connection->opener = side;
    connection->record.evidence = evidence;
    connection_refresh(connection);
}

bool connection_port_is_well_known(uint16_t port)
{
    static const uint16_t ports[] = {5060, 5061, 80, 443};

    for (size_t i = 0; i < G_N_ELEMENTS(ports); i++) {
        if (port == ports[i]) {
            return true;
        }
    }
    return false;
}

static unsigned connection_open_ends_at(const struct connection_table *table,
                                        const struct endpoint *endpoint)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(table->open_ends, endpoint));
}

static void connection_list_end(struct connection_table *table, const struct endpoint *endpoint,
                                int change)
{
    unsigned count = connection_open_ends_at(table, endpoint) + change;

    if (count == 0) {
        g_hash_table_remove(table->open_ends, endpoint);
    } else {
        g_hash_table_insert(table->open_ends, g_memdup2(endpoint, sizeof *endpoint),
                            GUINT_TO_POINTER(count));
    }
}

static void connection_list_open(struct connection_table *table, struct connection *connection,
                                 bool open)
{
    if (connection->listed_open == open) {
        return;
    }
    connection->listed_open = open;
    for (int i = 0; i < 2; i++) {
        connection_list_end(table, &connection->side[i].endpoint, open ? 1 : -1);
    }
}

void connection_infer_opener(struct connection_table *table, struct connection *connection,
                             int side, const bool advertised[2])
{
    bool listens[2];

    if (connection->record.evidence >= EVIDENCE_MEDIUM) {
        return;
    }
    for (int i = 0; i < 2; i++) {
        /* Only a listener can share its address between connections to several peers. */
        listens[i] =
            advertised[i] || connection_open_ends_at(table, &connection->side[i].endpoint) >= 2;
    }
    if (listens[0] != listens[1]) {
        connection_set_opener(connection, listens[0] ? 1 : 0, EVIDENCE_MEDIUM);
    } else {
        connection_set_opener(connection, side, EVIDENCE_WEAK);
    }
}

void connection_answers(struct connection *connection, int side)
{
    connection_set_opener(connection, 1 - side, EVIDENCE_STRONG);
}

enum direction connection_direction(const struct connection *connection, int side)
{
    if (connection->opener < 0) {
        return DIRECTION_UNKNOWN;
    }
    return side == connection->opener ? DIRECTION_FORWARD : DIRECTION_BACKWARD;
}

/* ---- packets ------------------------------------------------------------------------------ */

void connection_event_add(struct connection *connection, enum connection_event_kind kind, int side,
                          uint32_t frame, int64_t time)
{
    struct connection_event event = {
        .frame = frame,
        .time = time,
        .kind = kind,
        .by = side >= 0 ? &connection->side[side].endpoint : NULL,
    };
    unsigned most = kind == EVENT_GAP ? GAP_EVENTS_MAX : 1;
    unsigned seen = 0;

    for (unsigned i = 0; i < connection->events->len; i++) {
        const struct connection_event *known =
            &g_array_index(connection->events, struct connection_event, i);

        seen += known->kind == kind && known->by == event.by;
    }
    if (seen < most) {
        g_array_append_val(connection->events, event);
    }
}

void connection_mark_closed(struct connection_table *table, struct connection *connection,
                            int closer, enum connection_close close, uint32_t frame, int64_t time)
{
    if (connection->closed_time != 0) {
        return;
    }
    connection->closed_time = time;
    connection->record.closed_frame = frame;
    connection->record.close = close;
    connection->record.close_silence =
        connection->last_sip_time != 0 ? time - connection->last_sip_time : -1;
    connection->closer = closer;
    if (closer >= 0) {
        connection->record.closed_by = connection->side[closer].endpoint;
    }
    connection_list_open(table, connection, false);
}

static struct connection *connection_segment_new(struct connection_table *table,
                                                 const struct packet_tcp *tcp, uint32_t frame,
                                                 int64_t time)
{
    struct connection *connection = connection_new(tcp->stream, &tcp->src, &tcp->dst, frame, time);
    struct connection *before = g_hash_table_lookup(table->by_tuple, connection);

    /* The same 4-tuple opened anew: whatever was there is gone. */
    if (before != NULL && before->reopened_time == 0) {
        before->reopened_time = time;
        connection_mark_closed(table, before, -1, CLOSE_REOPENED, frame, time);
    }
    g_hash_table_insert(table->by_stream, &connection->record.stream, connection);
    g_hash_table_replace(table->by_tuple, connection, connection);
    return connection;
}

static void connection_segment_evidence(struct connection *connection, const struct packet_tcp *tcp,
                                        int side, uint32_t frame, int64_t time)
{
    if (tcp->events & TCP_SYN) {
        bool answer = (tcp->events & TCP_ACK) != 0;

        connection_event_add(connection, EVENT_SYN, side, frame, time);
        connection->handshake = true;
        connection->established = connection->established || answer;
        connection_set_opener(connection, answer ? 1 - side : side, EVIDENCE_CERTAIN);
        if (connection->record.opened_frame == 0) {
            connection->record.opened_frame = frame;
        }
        if (!answer && connection->syn_count++ == 0) {
            connection->syn_time = time;
            connection->syn_frame = frame;
        }
    } else if (connection->syn_time != 0 && connection->round_trip == 0 &&
               connection->established) {
        connection->round_trip = MAX(1, time - connection->syn_time);
    }
    if (tcp->events & (TCP_CLIENT_HELLO | TCP_HTTP_UPGRADE | TCP_WS_MASKED)) {
        connection_set_opener(connection, side, EVIDENCE_STRONG);
    }
}

/* Counts what has come of a message whose end is still missing. */
static void connection_segment_unfinished(struct connection_side *from,
                                          const struct packet_tcp *tcp, uint32_t frame)
{
    if ((tcp->events & TCP_RETRANSMISSION) || tcp->payload_length == 0) {
        return;
    }
    if (tcp->events & TCP_UNFINISHED) {
        from->unfinished_frame = from->unfinished == 0 ? frame : from->unfinished_frame;
        from->unfinished += tcp->payload_length;
    } else {
        from->unfinished = 0;
    }
}

/* A pong, or anything else that the other side sends, shows that the flow is alive. */
static void connection_segment_keep_alive(struct connection *connection, int side,
                                          const struct packet_tcp *tcp, int64_t time)
{
    connection->record.keep_alive =
        connection->record.keep_alive || (tcp->events & (TCP_PING | TCP_PONG)) != 0;
    if (side != connection->opener) {
        connection->ping_time = tcp->payload_length > 0 ? 0 : connection->ping_time;
    } else if ((tcp->events & TCP_PING) && connection->ping_time == 0) {
        connection->ping_time = time;
    }
}

/* A repeated segment or ACK may have been on its way since before the side was gone. */
static bool connection_side_is_alive(const struct connection_side *from,
                                     const struct packet_tcp *tcp)
{
    if (tcp->events & TCP_RETRANSMISSION) {
        return false;
    }
    return tcp->payload_length > 0 || (tcp->events & TCP_FIN) ||
           ((tcp->events & TCP_ACK) && from->has_acknowledged &&
            from->acknowledged != tcp->acknowledgment);
}

/* a stands behind b (RFC 9293 3.4: modulo 2^32). */
static bool sequence_is_behind(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b) > 0;
}

/*
 * Whether the segment acknowledges what the file has not. Wireshark tells so too, but not of a file
 * that has each packet twice (a mirror port) if the missing segment was the last one of its side.
 */
static bool connection_segment_misses(struct connection *connection, int side,
                                      const struct packet_tcp *tcp)
{
    struct connection_side *from = &connection->side[side];
    struct connection_side *to = &connection->side[1 - side];
    uint32_t end = tcp->sequence + tcp->payload_length + ((tcp->events & TCP_SYN) != 0) +
                   ((tcp->events & TCP_FIN) != 0);

    /* Until it is known to matter not all its segments are told; a RST may have any numbers. */
    if (connection->record.id == 0 || connection->record.undecrypted || (tcp->events & TCP_RST)) {
        return false;
    }
    if (!from->has_sent || sequence_is_behind(end, from->sent)) {
        from->has_sent = true;
        from->sent = end;
    }
    if ((tcp->events & TCP_ACK) == 0 || !to->has_sent ||
        !sequence_is_behind(tcp->acknowledgment, to->sent)) {
        return false;
    }
    to->sent = tcp->acknowledgment; /* once for each gap */
    return true;
}

struct connection *connection_segment(struct connection_table *table, const struct packet_tcp *tcp,
                                      uint32_t frame, int64_t time)
{
    struct connection *connection = connection_find(table, tcp->stream);
    struct connection_side *from;
    int side;

    if (connection == NULL) {
        connection = connection_segment_new(table, tcp, frame, time);
    }
    side = connection_side_of(connection, &tcp->src);
    from = &connection->side[side];
    from->seen = true;
    if (from->ttl == 0 && (tcp->events & TCP_RST) == 0) {
        from->ttl = tcp->ttl;
    }
    connection_segment_evidence(connection, tcp, side, frame, time);
    if ((tcp->events & (TCP_SYN | TCP_RST)) == 0) {
        connection->established = true;
        if (connection_side_is_alive(from, tcp)) {
            from->last_time = time;
            from->last_frame = frame;
        }
    }
    if (tcp->events & TCP_ACK) {
        if (!from->has_acknowledged || from->acknowledged != tcp->acknowledgment) {
            from->acknowledged_time = time;
        }
        from->has_acknowledged = true;
        from->acknowledged = tcp->acknowledgment;
    }
    connection_segment_keep_alive(connection, side, tcp, time);
    connection->cut = connection->cut || (tcp->events & TCP_CUT);
    connection->tls_failed = connection->tls_failed || (tcp->events & TCP_TLS_FATAL);
    if (connection_segment_misses(connection, side, tcp) || (tcp->events & TCP_GAP) ||
        ((tcp->events & TCP_UNSORTED) && from->unfinished > 0)) {
        connection->record.gap_frame = connection->gap ? connection->record.gap_frame : frame;
        connection->gap = true;
        connection_event_add(connection, EVENT_GAP, -1, frame, time);
    }
    connection_segment_unfinished(from, tcp, frame);
    return connection;
}

bool connection_segment_close(struct connection_table *table, struct connection *connection,
                              const struct packet_tcp *tcp, uint32_t frame, int64_t time)
{
    bool was_open = connection->closed_time == 0;
    int side = connection_side_of(connection, &tcp->src);
    struct connection_side *from = &connection->side[side];
    const struct {
        unsigned event;
        int64_t *when;
        enum connection_close close;
        enum connection_event_kind kind;
    } closes[] = {
        /* The order in which one segment would carry them: alert and Close before FIN. */
        {TCP_CLOSE_NOTIFY, &from->close_notify_time, CLOSE_NOTIFY, EVENT_CLOSE_NOTIFY},
        {TCP_WS_CLOSE, &from->ws_close_time, CLOSE_WS, EVENT_WS_CLOSE},
        {TCP_FIN, &from->fin_time, CLOSE_FIN, EVENT_FIN},
        {TCP_RST, &from->rst_time, CLOSE_RST, EVENT_RST},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(closes); i++) {
        if ((tcp->events & closes[i].event) == 0) {
            continue;
        }
        connection_event_add(connection, closes[i].kind, side, frame, time);
        if (*closes[i].when == 0) {
            *closes[i].when = time;
        }
        if (closes[i].event == TCP_RST && was_open && connection->closer < 0) {
            connection->closer_middlebox = from->ttl != 0 && tcp->ttl != 0 && from->ttl != tcp->ttl;
        }
        if (closes[i].event == TCP_RST && connection->handshake && !connection->established &&
            side != connection->opener) {
            connection->refused = true;
        }
        connection_mark_closed(table, connection, side, closes[i].close, frame, time);
    }
    return was_open && connection->closed_time != 0;
}

/* ---- messages ----------------------------------------------------------------------------- */

static void connection_list(struct connection_table *table, struct connection *connection)
{
    if (connection->record.id == 0) {
        g_ptr_array_add(table->records, connection);
        connection->record.id = table->records->len;
        connection_refresh(connection);
    }
}

struct connection *connection_of_message(struct connection_table *table,
                                         const struct packet_message *packet, uint32_t frame,
                                         int64_t time)
{
    struct connection *connection;

    if (transport_is_tcp_based(packet->transport)) {
        connection = connection_find(table, packet->stream);
        if (connection == NULL) {
            struct packet_tcp tcp = {.stream = packet->stream,
                                     .src = packet->src,
                                     .dst = packet->dst,
                                     .events = TCP_ACK};

            connection = connection_segment(table, &tcp, frame, time);
        }
    } else if (packet->transport == TRANSPORT_SCTP || packet->transport == TRANSPORT_TLS_SCTP) {
        connection = association_of_message(table, packet, frame, time);
    } else {
        return NULL;
    }
    if (!connection->carries_sip) {
        connection->carries_sip = true;
        connection->record.undecrypted = false;
        connection->record.transport = packet->transport;
        connection_list(table, connection);
        if (transport_is_secure(packet->transport) && connection->tls == NULL) {
            connection->record.client_certificate = CERTIFICATE_UNKNOWN;
        }
        connection->first_speaker = connection_side_of(connection, &packet->src);
        connection_refresh(connection);
        connection_list_open(table, connection, connection->closed_time == 0);
    }
    return connection;
}

void connection_list_undecrypted(struct connection_table *table, struct connection *connection)
{
    connection->record.undecrypted = true;
    connection->record.transport = TRANSPORT_TLS;
    connection_list(table, connection);
}

void connection_list_attempt(struct connection_table *table, struct connection *connection)
{
    if (connection->record.transport == TRANSPORT_UNKNOWN) {
        connection->record.transport = TRANSPORT_TCP;
    }
    connection_list(table, connection);
}

void connection_count_request(struct connection *connection, int side, bool ack,
                              struct slice call_id)
{
    struct connection_side *from = &connection->side[side];
    uint64_t dialog = slice_hash(call_id, 0);

    if (ack) {
        from->lone_acks++;
    } else if (from->requests++ == 0) {
        from->dialog = dialog;
    } else {
        from->many_dialogs = from->many_dialogs || from->dialog != dialog;
    }
    connection_refresh(connection);
}

void connection_note_message(struct connection *connection, uint32_t frame, int64_t time)
{
    struct connection_record *record = &connection->record;

    connection->sip_idle = connection->last_sip_time != 0 ? time - connection->last_sip_time : 0;
    if (connection->last_sip_time != 0 && connection->sip_idle >= record->silence) {
        record->silence = connection->sip_idle;
        record->silence_from = connection->last_sip_frame;
        record->silence_to = frame;
    }
    connection->last_sip_time = time;
    connection->last_sip_frame = frame;
}

/* ---- names and classes --------------------------------------------------------------------- */

unsigned connection_record_classes(const struct connection_record *connection)
{
    unsigned classes = 0;

    if (connection->undecrypted || connection->unknown_requests > 0) {
        return 0; /* nobody known as initiator: persistent or reuse, cannot tell (D.3) */
    }
    if (connection->forward_transactions == 1 && connection->backward_requests == 0) {
        classes |= CONNECTION_SINGLE_TRANSACTION;
    }
    if (connection->forward_transactions >= 2) {
        classes |= CONNECTION_PERSISTENT;
    }
    if (connection->backward_requests > 0) {
        classes |= CONNECTION_REUSE;
    }
    if (classes == 0) {
        classes = connection->responses > 0 ? CONNECTION_RESPONSE_DELIVERY : CONNECTION_IDLE;
    }
    return classes;
}

const char *connection_record_class_detail(const struct connection_record *connection,
                                           enum connection_class class)
{
    static const char *const details[][2] = {
        {NULL, "inferred"},
        {"same-dialog", "same-dialog, inferred"},
        {"cross-dialog", "cross-dialog, inferred"},
        {"keep-alive-only", "keep-alive-only, inferred"},
    };
    bool inferred =
        connection->evidence == EVIDENCE_MEDIUM || connection->evidence == EVIDENCE_WEAK;
    unsigned sub = 0;

    if (class == CONNECTION_PERSISTENT) {
        sub = connection->cross_dialog ? 2 : 1;
    } else if (class == CONNECTION_IDLE && connection->keep_alive) {
        sub = 3;
    }
    return details[sub][inferred];
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The facade: life cycle, frames, and what is not a SIP message. Messages are in exchange.c. */
#include "context.h"

#include <string.h>

#define SECOND INT64_C(1000000000)

/*
 * Packets of one side with a close that are judged. Each of them looks at all requests that are owed an
 * answer; who resets a connection more often tells nothing new.
 */
#define CLOSES_MAX 16

struct analysis_config analysis_config_default(void)
{
    return (struct analysis_config){
        .t1 = SECOND / 2,
        .timer_c = 185 * SECOND,
        .clock_skew = SECOND / 20,
        .vantage = VANTAGE_UNKNOWN,
    };
}

struct analysis *analysis_new(const struct analysis_config *config)
{
    struct analysis *analysis = g_new0(struct analysis, 1);

    analysis->config = *config;
    analysis->config.middleboxes =
        g_memdup2(config->middleboxes, config->middlebox_count * sizeof *config->middleboxes);
    analysis->arena = arena_new();
    analysis->connections = connection_table_new();
    analysis->transactions = transaction_table_new(config);
    analysis->duplicates = duplicate_filter_new(config);
    analysis->vantages = vantage_table_new(config);
    analysis->names = name_table_new();
    analysis->advertised = advertised_table_new();
    analysis->websocket_clients = advertised_table_new();
    analysis->mappings = mapping_table_new();
    analysis->aliases = alias_table_new();
    analysis->no_identities = g_ptr_array_new();
    analysis->sessions = tls_session_table_new();
    analysis->peers = peer_table_new();
    analysis->deadlines = deadline_queue_new();
    analysis->log = finding_log_new(analysis->config.actions);
    analysis->misrouted_calls = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    analysis->fragments = fragment_wait_table_new();
    analysis->flows = flow_table_new();
    analysis->udp_servers = udp_server_table_new();
    analysis->strings = g_string_chunk_new(16 * 1024);
    analysis->scratch = g_string_chunk_new(1024);
    analysis->messages = g_ptr_array_new();
    analysis->frames = g_ptr_array_new();
    analysis->notes = g_ptr_array_new_with_free_func(g_free);
    analysis->frame_messages = g_ptr_array_new();
    analysis->frame_segments = g_array_new(FALSE, FALSE, sizeof(struct packet_tcp));
    analysis->frame_ends = g_array_new(FALSE, FALSE, sizeof(struct packet_sctp_end));
    return analysis;
}

void analysis_free(struct analysis *analysis)
{
    if (analysis == NULL) {
        return;
    }
    g_array_free(analysis->frame_ends, TRUE);
    g_array_free(analysis->frame_segments, TRUE);
    g_ptr_array_free(analysis->frame_messages, TRUE);
    g_ptr_array_free(analysis->notes, TRUE);
    g_ptr_array_free(analysis->frames, TRUE);
    g_ptr_array_free(analysis->messages, TRUE);
    g_hash_table_destroy(analysis->udp_servers);
    g_hash_table_destroy(analysis->flows);
    g_hash_table_destroy(analysis->fragments);
    g_hash_table_destroy(analysis->misrouted_calls);
    deadline_queue_free(analysis->deadlines);
    g_ptr_array_unref(analysis->no_identities);
    peer_table_free(analysis->peers);
    tls_session_table_free(analysis->sessions);
    alias_table_free(analysis->aliases);
    mapping_table_free(analysis->mappings);
    advertised_table_free(analysis->websocket_clients);
    advertised_table_free(analysis->advertised);
    name_table_free(analysis->names);
    vantage_table_free(analysis->vantages);
    duplicate_filter_free(analysis->duplicates);
    transaction_table_free(analysis->transactions);
    connection_table_free(analysis->connections);
    finding_log_free(analysis->log);
    g_string_chunk_free(analysis->scratch);
    g_string_chunk_free(analysis->strings);
    arena_free(analysis->arena);
    g_free((struct middlebox *)analysis->config.middleboxes);
    g_free(analysis);
}

/* ---- frames ------------------------------------------------------------------------------- */

void analysis_begin_frame(struct analysis *analysis, uint32_t frame, int64_t time)
{
    /* Differences of any two times must fit. */
    time = CLAMP(time, G_MININT64 / 4, G_MAXINT64 / 4);
    if (analysis->frame_count++ == 0) {
        analysis->first_time = time;
        analysis->last_time = time;
    }
    analysis->first_time = MIN(analysis->first_time, time);
    analysis->last_time = MAX(analysis->last_time, time);
    analysis->frame = frame;
    analysis->frame_touched = false;
    analysis->time = time == 0 ? 1 : time; /* 0 stands for never */
}

/* Called by whatever puts something into the frame: frames without SIP cost nothing more. */
static void frame_touch(struct analysis *analysis)
{
    if (analysis->frame_touched) {
        return;
    }
    analysis->frame_touched = true;
    finding_log_begin_frame(analysis->log, analysis->frame);
    g_string_chunk_clear(analysis->scratch);
    g_ptr_array_set_size(analysis->frame_messages, 0);
    g_array_set_size(analysis->frame_segments, 0);
    g_array_set_size(analysis->frame_ends, 0);
    analysis->connection_event = NULL;
}

static void frame_deadlines(struct analysis *analysis)
{
    struct deadline deadline;

    for (unsigned kind = 0; kind < DEADLINE_KINDS; kind++) {
        while (deadline_take(analysis->deadlines, kind, analysis->time, &deadline)) {
            switch ((enum deadline_kind)kind) {
            case DEADLINE_ACK_REPEATED:
            case DEADLINE_ACK_STREAM:
                rules_ack_deadline(analysis, kind, &deadline);
                break;
            case DEADLINE_FALLBACK:
                rules_framing_fallback(analysis, &deadline);
                break;
            case DEADLINE_FRAGMENT:
                fragment_wait_expired(analysis, &deadline);
                break;
            case DEADLINE_ALIAS_ANSWER:
            case DEADLINE_ALIAS_STALE:
                rules_alias_deadline(analysis, kind, &deadline);
                break;
            case DEADLINE_ADVERTISED:
                rules_via_advertised_unanswered(analysis, &deadline);
                break;
            case DEADLINE_KINDS:
                break;
            }
        }
    }
}

/* side closed; first: by this the connection, open before, is closed. */
static void frame_close(struct analysis *analysis, struct connection *connection, int side,
                        enum connection_close close, bool first)
{
    if (first) {
        rules_connection_gone(analysis, connection);
    }
    if (first && connection->record.id != 0) {
        analysis->connection_event = &connection->record;
    }
    if (connection->carries_sip && connection->side[side].closes < CLOSES_MAX) {
        connection->side[side].closes++;
        rules_alias_closed(analysis, connection, side, close);
        rules_connection_closed(analysis, connection, side, close, first);
    }
}

static void frame_association_ends(struct analysis *analysis)
{
    for (unsigned i = 0; i < analysis->frame_ends->len; i++) {
        const struct packet_sctp_end *end =
            &g_array_index(analysis->frame_ends, struct packet_sctp_end, i);
        struct connection *connection = connection_association_find(analysis->connections, end);

        if (connection != NULL) {
            /* With the T bit the tag is that of the other side: an address that is known tells more. */
            int side = endpoint_equal(&connection->side[0].endpoint, &end->src) ? 0
                       : endpoint_equal(&connection->side[1].endpoint, &end->src)
                           ? 1
                           : connection_side_of_tag(connection, &end->src, &end->tag);
            bool closed =
                connection_association_end(analysis->connections, connection, side, end->is_abort,
                                           analysis->frame, analysis->time);

            frame_close(analysis, connection, side, end->is_abort ? CLOSE_RST : CLOSE_FIN, closed);
        }
    }
}

static void frame_closes(struct analysis *analysis)
{
    for (unsigned i = 0; i < analysis->frame_segments->len; i++) {
        const struct packet_tcp *tcp =
            &g_array_index(analysis->frame_segments, struct packet_tcp, i);
        struct connection *connection = connection_find(analysis->connections, tcp->stream);
        bool was_refused = connection->refused;
        bool closed = connection_segment_close(analysis->connections, connection, tcp,
                                               analysis->frame, analysis->time);

        if (connection->refused && !was_refused) {
            rules_received_refused(analysis, connection, tcp->ttl);
            rules_connection_refused(analysis, connection, "RST", tcp->ttl, true);
        }
        frame_close(analysis, connection, connection_side_of(connection, &tcp->src),
                    tcp->events & TCP_CLOSE_NOTIFY ? CLOSE_NOTIFY
                    : tcp->events & TCP_WS_CLOSE   ? CLOSE_WS
                    : tcp->events & TCP_FIN        ? CLOSE_FIN
                                                   : CLOSE_RST,
                    closed);
    }
}

/* With room for its two lists behind it. */
static struct frame_record *frame_record_new(struct analysis *analysis)
{
    const GPtrArray *messages = analysis->frame_messages;
    const GPtrArray *marks = finding_log_marks(analysis->log);
    struct frame_record *record = arena_alloc(
        analysis->arena, sizeof *record + (messages->len + marks->len) * sizeof(gpointer));

    record->frame = analysis->frame;
    record->message_count = messages->len;
    record->mark_count = marks->len;
    record->marks = (const struct finding_mark **)&record->messages[messages->len];
    record->connection_event = analysis->connection_event;
    for (unsigned i = 0; i < messages->len; i++) {
        record->messages[i] = g_ptr_array_index(messages, i);
    }
    for (unsigned i = 0; i < marks->len; i++) {
        record->marks[i] = g_ptr_array_index(marks, i);
    }
    return record;
}

/*
 * Of tshark -2 -R: the frame before did not pass the read filter, and its number goes to this one. What
 * it told counts; it is not shown.
 */
static void frame_forget_left_out(struct analysis *analysis)
{
    GPtrArray *frames = analysis->frames;
    const struct frame_record *last =
        frames->len > 0 ? g_ptr_array_index(frames, frames->len - 1) : NULL;

    if (last != NULL && last->frame == analysis->frame) {
        g_ptr_array_set_size(frames, (int)frames->len - 1);
    }
}

const struct frame_record *analysis_end_frame(struct analysis *analysis)
{
    const GPtrArray *marks = finding_log_marks(analysis->log);
    struct frame_record *record;

    frame_forget_left_out(analysis);
    if (!analysis->frame_touched) {
        if (!deadline_is_due(analysis->deadlines, analysis->time)) {
            return NULL;
        }
        frame_touch(analysis);
    }
    frame_closes(analysis);
    frame_association_ends(analysis);
    frame_deadlines(analysis);
    if (analysis->frame_messages->len == 0 && marks->len == 0 &&
        analysis->connection_event == NULL) {
        return NULL;
    }
    record = frame_record_new(analysis);
    g_ptr_array_add(analysis->frames, record);
    return record;
}

/* Frames come in the order of their numbers. */
static struct frame_record *frame_find(const struct analysis *analysis, uint32_t frame)
{
    unsigned low = 0;
    unsigned high = analysis->frames->len;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        struct frame_record *record = g_ptr_array_index(analysis->frames, middle);

        if (record->frame == frame) {
            return record;
        }
        if (record->frame < frame) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

const struct frame_record *analysis_frame(const struct analysis *analysis, uint32_t frame)
{
    return frame_find(analysis, frame);
}

void frame_withdraw_marks(struct analysis *analysis, uint32_t frame, const struct finding *finding)
{
    struct frame_record *record = frame_find(analysis, frame);
    unsigned kept = 0;

    if (record == NULL) {
        return;
    }
    for (unsigned i = 0; i < record->mark_count; i++) {
        if (record->marks[i]->finding != finding) {
            record->marks[kept++] = record->marks[i];
        }
    }
    record->mark_count = kept;
}

/* ---- packets that are no SIP messages ------------------------------------------------------ */

static void connection_check_watches(struct analysis *analysis, struct connection *connection,
                                     int side, bool is_fin)
{
    GArray *watches = connection->watches;

    if (connection->side[side].last_frame != analysis->frame ||
        (is_fin && (connection->gap || !connection->side[1 - side].seen))) {
        return; /* the packet proves nothing: it may answer a FIN that is not in the file */
    }
    for (unsigned i = 0; i < watches->len;) {
        struct connection_watch watch = g_array_index(watches, struct connection_watch, i);

        if (watch.side != side) {
            i++;
            continue;
        }
        g_array_remove_index_fast(watches, i);
        switch (watch.kind) {
        case WATCH_RESPONSE:
            rules_routing_proven_open(analysis, &watch);
            break;
        case WATCH_NEW_BESIDE:
            rules_connection_proven_open(analysis, connection, &watch);
            break;
        case WATCH_ALIAS:
            rules_alias_proven_open(analysis, connection, &watch);
            break;
        }
    }
}

/*
 * Connections to an address that SIP handed out are facts even if no SIP comes. On the ports of the
 * web it is more likely a browser's.
 */
static void attempt_list(struct analysis *analysis, struct connection *connection)
{
    const struct endpoint *target = &connection->side[1 - connection->opener].endpoint;

    if (connection->record.id == 0 && target->port != 80 && target->port != 443 &&
        advertised_find(analysis->advertised, target) != NULL) {
        connection_list_attempt(analysis->connections, connection);
        analysis->connection_event = &connection->record;
    }
}

void analysis_tcp_segment(struct analysis *analysis, const struct packet_tcp *tcp)
{
    struct connection *connection;
    bool known = connection_find(analysis->connections, tcp->stream) != NULL;

    frame_touch(analysis);
    if (!known && tcp->payload_length == 0 && (tcp->events & (TCP_FIN | TCP_RST)) != 0 &&
        (tcp->events & TCP_SYN) == 0) {
        return; /* the end of something that never mattered */
    }
    connection = connection_segment(analysis->connections, tcp, analysis->frame, analysis->time);
    if (connection->watches != NULL) {
        connection_check_watches(analysis, connection, connection_side_of(connection, &tcp->src),
                                 (tcp->events & TCP_FIN) != 0);
    }
    if ((tcp->events & (TCP_SYN | TCP_ACK)) == TCP_SYN) {
        rules_connection_syn(analysis, connection);
        rules_websocket_syn(analysis, connection);
        attempt_list(analysis, connection);
    }
    if (tcp->events & (TCP_FIN | TCP_RST | TCP_CLOSE_NOTIFY | TCP_WS_CLOSE)) {
        g_array_append_val(analysis->frame_segments, *tcp);
    }
}

/* What is known to be SIP without looking inside. */
static bool tls_is_for_sip(const struct analysis *analysis, const struct connection *connection)
{
    for (int i = 0; i < 2; i++) {
        const struct endpoint *end = &connection->side[i].endpoint;

        if (end->port == transport_default_port(TRANSPORT_TLS) ||
            advertised_find(analysis->advertised, end) != NULL) {
            return true;
        }
    }
    return false;
}

void analysis_tls(struct analysis *analysis, const struct packet_tls *tls)
{
    struct connection *connection = connection_find(analysis->connections, tls->stream);
    struct connection_record *record;
    int side;

    if (connection == NULL) {
        return; /* its segment comes first */
    }
    if (connection->tls == NULL) {
        connection->tls = tls_facts_new();
    }
    if (!connection->carries_sip && !connection->record.undecrypted &&
        tls_is_for_sip(analysis, connection)) {
        connection_list_undecrypted(analysis->connections, connection);
        analysis->undecrypted++;
        analysis->connection_event = &connection->record;
    }
    record = &connection->record;
    side = connection_side_of(connection, &tls->src);
    if (tls->event == TLS_EVENT_SERVER_HELLO && !connection->tls->server_hello && !tls->decrypted) {
        connection->tls->server_hello_frame = analysis->frame;
        connection_answers(connection, side);
    }
    tls_facts_learn(connection->tls, analysis->sessions, tls,
                    connection->opener < 0 ? tls->event == TLS_EVENT_CLIENT_HELLO
                                           : side == connection->opener);
    record->tls_version = tls_version_name(connection->tls);
    record->tls_resumed = connection->tls->resumed;
    record->client_certificate = tls_client_certificate(connection->tls);
    record->server_name = connection->tls->server_name;
    record->client_identities = record->client_certificate == CERTIFICATE_NONE
                                    ? analysis->no_identities
                                    : connection->tls->client_identities;
    record->server_identities = connection->tls->server_identities;
}

void analysis_websocket(struct analysis *analysis, const struct packet_websocket *websocket)
{
    struct connection *connection = connection_find(analysis->connections, websocket->stream);
    struct slice kept;

    if (connection == NULL) {
        return;
    }
    kept.len = websocket->protocols.len;
    kept.ptr = kept.len > 0 ? g_string_chunk_insert_len(analysis->strings, websocket->protocols.ptr,
                                                        (gssize)kept.len)
                            : NULL;
    if (websocket->is_answer) {
        connection->websocket_answer_seen = true;
        connection->subprotocol_answer = kept;
    } else {
        connection->websocket_request_seen = true;
        connection->subprotocol_request = kept;
    }
}

void analysis_sctp_init(struct analysis *analysis, const struct packet_sctp_init *init)
{
    connection_association_init(analysis->connections, init, analysis->frame, analysis->time);
}

void analysis_sctp_end(struct analysis *analysis, const struct packet_sctp_end *end)
{
    frame_touch(analysis);
    g_array_append_val(analysis->frame_ends, *end);
}

bool analysis_wants_stream(const struct analysis *analysis, int64_t stream)
{
    const struct connection *connection = connection_find(analysis->connections, stream);

    return connection != NULL && connection->record.id != 0 && !connection->record.undecrypted;
}

bool analysis_message(struct analysis *analysis, const struct packet_message *packet)
{
    bool in_stream = packet->transport == TRANSPORT_TCP || packet->transport == TRANSPORT_TLS;

    if (!message_parse(packet->bytes, in_stream, &analysis->message)) {
        return false;
    }
    frame_touch(analysis);
    analysis->tls_seen = analysis->tls_seen || packet->transport == TRANSPORT_TLS ||
                         packet->transport == TRANSPORT_WSS;
    exchange_message(analysis, packet);
    return true;
}

void analysis_fragment(struct analysis *analysis, const struct packet_fragment *fragment)
{
    frame_touch(analysis);
    fragment_wait_begin(analysis, fragment);
}

void analysis_icmp_error(struct analysis *analysis, const struct packet_icmp *icmp)
{
    frame_touch(analysis);
    rules_framing_icmp(analysis, icmp);
}

void analysis_dns_address(struct analysis *analysis, struct slice name,
                          const struct ip_address *address)
{
    name_table_address(analysis->names, name, address);
}

void analysis_dns_service(struct analysis *analysis, struct slice name, struct slice target,
                          uint16_t port)
{
    name_table_service(analysis->names, name, target, port);
}

void analysis_dns_failure(struct analysis *analysis, struct slice name)
{
    name_table_failure(analysis->names, name, analysis->frame);
}

bool is_middlebox(const struct analysis *analysis, unsigned kinds, const struct ip_address *ip)
{
    return middlebox_list_has(analysis->config.middleboxes, analysis->config.middlebox_count, kinds,
                              ip);
}

void analysis_packet_cut(struct analysis *analysis)
{
    if (!analysis->packets_cut) {
        analysis->packets_cut = true;
        analysis_note(analysis,
                      "packets are cut short (snapshot length): what is missing of them is "
                      "not judged");
    }
}

void analysis_note(struct analysis *analysis, const char *text)
{
    for (unsigned i = 0; i < analysis->notes->len; i++) {
        if (strcmp(g_ptr_array_index(analysis->notes, i), text) == 0) {
            return;
        }
    }
    g_ptr_array_add(analysis->notes, g_strdup(text));
}

/* ---- records out --------------------------------------------------------------------------- */

struct capture_record analysis_capture(const struct analysis *analysis)
{
    return (struct capture_record){
        .frames = analysis->frame_count,
        .sip_messages = analysis->sip_messages,
        .first_time = analysis->first_time,
        .last_time = analysis->last_time,
        .notes = analysis->notes,
    };
}

const GPtrArray *analysis_messages(const struct analysis *analysis)
{
    return analysis->messages;
}

const GPtrArray *analysis_connections(const struct analysis *analysis)
{
    return connection_table_records(analysis->connections);
}

const GPtrArray *analysis_aliases(const struct analysis *analysis)
{
    return alias_table_records(analysis->aliases);
}

const GArray *analysis_connection_events(const struct connection_record *connection)
{
    return ((const struct connection *)connection)->events;
}

const GPtrArray *analysis_findings(const struct analysis *analysis)
{
    return finding_log_all(analysis->log);
}

struct summary_record analysis_summary(const struct analysis *analysis)
{
    struct summary_record summary = {.transactions =
                                         transaction_table_count(analysis->transactions)};
    const GPtrArray *connections = analysis_connections(analysis);
    const GPtrArray *findings = analysis_findings(analysis);

    for (unsigned i = 0; i < analysis->messages->len; i++) {
        const struct message_record *record = g_ptr_array_index(analysis->messages, i);

        if (record->is_request || record->duplicate_of != 0) {
            continue;
        }
        summary.responses++;
        summary.verdicts[record->verdict]++;
        summary.responses_judged += record->verdict != VERDICT_NONE &&
                                    record->verdict != VERDICT_UNMATCHED &&
                                    record->verdict != VERDICT_OTHER_CONNECTION_UNKNOWN;
    }
    for (unsigned i = 0; i < connections->len; i++) {
        unsigned classes = connection_record_classes(g_ptr_array_index(connections, i));

        for (unsigned class = 0; class < CONNECTION_CLASS_COUNT; class ++) {
            summary.classes[class] += (classes >> class) & 1;
        }
    }
    for (unsigned i = 0; i < findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(findings, i);

        summary.findings[finding->rule]++;
        summary.by_severity[finding->severity]++;
    }
    return summary;
}

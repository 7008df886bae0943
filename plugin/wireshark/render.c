/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render.h"

#include "expert.h"
#include "fields.h"
#include "via.h"

static int ett_message = -1;
static int ett_finding = -1;
static int ett_text = -1;

/* Where one subtree is being built. */
struct subtree {
    packet_info *pinfo;
    tvbuff_t *tvb;
    proto_tree *tree;
};

void render_register(void)
{
    static int *const subtrees[] = {&ett_message, &ett_finding, &ett_text};

    proto_register_subtree_array(subtrees, G_N_ELEMENTS(subtrees));
}

/* ---- texts ----------------------------------------------------------------------------------- */

char *expected_format(wmem_allocator_t *scope, const struct message_record *response)
{
    wmem_strbuf_t *text = wmem_strbuf_new(scope, "");
    char buffer[ENDPOINT_TEXT_SIZE];

    for (unsigned i = 0; i < response->expected_count; i++) {
        wmem_strbuf_append_printf(text, "%s%s", i ? " or " : "",
                                  destination_format(&response->expected[i], buffer));
    }
    return wmem_strbuf_finalize(text);
}

bool response_is_expected(const struct message_record *response)
{
    for (unsigned i = 0; i < response->expected_count; i++) {
        const struct destination *expected = &response->expected[i];
        bool is_met = expected->is_stream ? transport_is_reliable(response->transport) &&
                                                expected->stream == response->stream
                                          : endpoint_equal(&expected->endpoint, &response->dst);
        if (is_met) {
            return true;
        }
    }
    return false;
}

static const char *response_text(const struct message_record *response, packet_info *pinfo)
{
    char dst[ENDPOINT_TEXT_SIZE];
    const char *verdict = verdict_name(response->verdict);
    const char *detail = response->detail ? response->detail : "";
    const char *went;

    if (!verdict) {
        return wmem_strdup_printf(pinfo->pool, "response %u", response->status);
    }
    endpoint_format(&response->dst, dst);
    if (response->expected_count == 0) {
        went = wmem_strdup_printf(pinfo->pool, "sent to %s", dst);
    } else if (response_is_expected(response)) {
        went = wmem_strdup_printf(pinfo->pool, "sent to %s as expected", dst);
    } else {
        went = wmem_strdup_printf(pinfo->pool, "sent to %s, expected %s", dst,
                                  expected_format(pinfo->pool, response));
    }
    return wmem_strdup_printf(pinfo->pool, "response %u: %s%s%s%s, %s", response->status, verdict,
                              *detail ? " (" : "", detail, *detail ? ")" : "", went);
}

static const char *message_text(const struct message_record *message, packet_info *pinfo)
{
    const char *text;

    if (message->is_request) {
        text = wmem_strdup_printf(pinfo->pool, "request %s over %s", message->method,
                                  transport_name(message->transport));
    } else {
        text = response_text(message, pinfo);
    }
    if (message->duplicate_of) {
        return wmem_strdup_printf(pinfo->pool, "%s (duplicate of frame %u)", text,
                                  message->duplicate_of);
    }
    if (message->retransmission_of) {
        return wmem_strdup_printf(pinfo->pool, "%s (retransmission of frame %u)", text,
                                  message->retransmission_of);
    }
    return text;
}

static const char *event_text(const struct frame_record *record, packet_info *pinfo)
{
    const struct connection_record *connection = record->connection_event;
    char from[ENDPOINT_TEXT_SIZE], to[ENDPOINT_TEXT_SIZE];
    const char *what = "TLS handshake";

    if (!connection) {
        return record->mark_count ? "findings at this frame" : "";
    }
    if (connection->closed_frame == record->frame) {
        what = "closed";
    } else if (connection->opened_frame == record->frame) {
        what = "opened";
    }
    return wmem_strdup_printf(pinfo->pool, "connection %u, %s to %s, %s", connection->id,
                              endpoint_format(&connection->initiator, from),
                              endpoint_format(&connection->acceptor, to), what);
}

/* ---- items ----------------------------------------------------------------------------------- */

static void add_string(const struct subtree *to, enum field field, const char *value)
{
    if (value && *value) {
        field_add_string(to->tree, to->pinfo->pool, to->tvb, field, value);
    }
}

/* detail stands behind the value in the tree, and is no part of it; NULL if there is none. */
static void add_detailed(const struct subtree *to, enum field field, const char *value,
                         const char *detail)
{
    if (value) {
        proto_item *item = field_add_string(to->tree, to->pinfo->pool, to->tvb, field, value);
        if (detail) {
            proto_item_append_text(item, " (%s)", detail);
        }
    }
}

/* A line to read that is no field. */
static void add_text(const struct subtree *to, const char *label, const char *value)
{
    proto_item *item;

    proto_tree_add_subtree_format(to->tree, to->tvb, 0, 0, ett_text, &item, "%s: %s", label,
                                  text_valid(to->pinfo->pool, slice_of(value)));
    proto_item_set_generated(item);
}

/* NULL: unknown, said nothing about */
static void add_names(const struct subtree *to, const char *label, const GPtrArray *names)
{
    wmem_strbuf_t *text = wmem_strbuf_new(to->pinfo->pool, "");

    if (!names) {
        return;
    }
    for (unsigned i = 0; i < names->len; i++) {
        wmem_strbuf_append_printf(text, "%s%s", i ? ", " : "",
                                  (const char *)g_ptr_array_index(names, i));
    }
    add_text(to, label, names->len > 0 ? wmem_strbuf_get_str(text) : "none");
}

static void add_slice(const struct subtree *to, enum field field, struct slice value)
{
    if (value.len > 0) {
        field_add_slice(to->tree, to->pinfo->pool, to->tvb, field, value);
    }
}

/* 0 = none */
static void add_number(const struct subtree *to, enum field field, uint32_t value)
{
    if (value) {
        field_add_uint(to->tree, to->tvb, field, value);
    }
}

static void add_param(const struct subtree *to, enum field field, const struct via_param *param,
                      const char *flag_text)
{
    if (param->present && param->has_value) {
        field_add_slice(to->tree, to->pinfo->pool, to->tvb, field, param->value);
    } else if (param->present) {
        add_string(to, field, flag_text);
    }
}

static void via_render(const struct subtree *to, const char *via_text)
{
    struct slice list = slice_of(via_text);
    struct via via;

    if (!via_text || !*via_text || !via_parse(&list, &via)) {
        return;
    }
    add_slice(to, FIELD_VIA_TRANSPORT, via.transport_token);
    add_slice(to, FIELD_VIA_HOST, via.host);
    if (via.has_port) {
        field_add_uint(to->tree, to->tvb, FIELD_VIA_PORT, via.port);
    }
    add_slice(to, FIELD_VIA_BRANCH, via.branch);
    add_param(to, FIELD_VIA_RECEIVED, &via.received, "present");
    add_param(to, FIELD_VIA_RPORT, &via.rport, "asked");
    add_param(to, FIELD_VIA_MADDR, &via.maddr, "present");
    add_param(to, FIELD_VIA_ALIAS, &via.alias, "present");
    add_param(to, FIELD_VIA_KEEP, &via.keep, "present");
}

static void session_render(const struct subtree *to, const struct connection_record *connection)
{
    const char *version = connection->tls_version ? connection->tls_version : "version unknown";
    const char *certificate = client_certificate_name(connection->client_certificate);
    const char *basis = reuse_basis_name(connection->reuse_basis);

    if (transport_is_secure(connection->transport)) {
        add_text(to, "TLS",
                 connection->tls_resumed
                     ? wmem_strdup_printf(to->pinfo->pool, "%s, session resumed", version)
                     : version);
    }
    if (certificate) {
        add_text(to, "Client certificate", certificate);
    }
    if (connection->server_name) {
        add_text(to, "Server name asked for", connection->server_name);
    }
    add_names(to, "Identities of the client", connection->client_identities);
    add_names(to, "Identities of the server", connection->server_identities);
    if (basis) {
        add_text(to, "Weakest basis of reuse", basis);
    }
}

/* What no field tells of its life and of its company. */
static void life_render(const struct subtree *to, const struct connection_record *connection)
{
    const char *close = connection_close_name(connection->close);
    char buffer[ENDPOINT_TEXT_SIZE];

    if (connection->silence_from) {
        add_text(to, "Longest silence",
                 wmem_strdup_printf(to->pinfo->pool, "%.3f s, from frame %u to frame %u",
                                    (double)connection->silence / 1e9, connection->silence_from,
                                    connection->silence_to));
    }
    if (close) {
        const char *by = connection->closed_by.ip.family
                             ? endpoint_format(&connection->closed_by, buffer)
                             : "nobody known";
        add_text(to, "Closed by",
                 connection->close_silence >= 0
                     ? wmem_strdup_printf(to->pinfo->pool, "%s (%s), %.3f s after the last message",
                                          by, close, (double)connection->close_silence / 1e9)
                     : wmem_strdup_printf(to->pinfo->pool, "%s (%s)", by, close));
    }
    if (connection->gap_frame) {
        add_text(to, "Segments missing",
                 wmem_strdup_printf(to->pinfo->pool, "from frame %u on", connection->gap_frame));
    }
    if (connection->opposite) {
        add_text(to, "Opposite connection",
                 wmem_strdup_printf(to->pinfo->pool, "%u (two-unidirectional: one for each way)",
                                    connection->opposite->id));
    }
}

static void connection_render(const struct subtree *to, const struct connection_record *connection)
{
    char buffer[ENDPOINT_TEXT_SIZE];
    unsigned classes = connection_record_classes(connection);

    add_number(to, FIELD_CONNECTION, connection->id);
    add_number(to, FIELD_CONNECTION_OPENED, connection->opened_frame);
    add_number(to, FIELD_CONNECTION_CLOSED, connection->closed_frame);
    if (connection->evidence != EVIDENCE_UNKNOWN) {
        add_string(to, FIELD_CONNECTION_INITIATOR, endpoint_format(&connection->initiator, buffer));
    }
    add_string(to, FIELD_CONNECTION_EVIDENCE, evidence_name(connection->evidence));
    for (unsigned i = 0; i < CONNECTION_CLASS_COUNT; i++) {
        if (classes & (1u << i)) {
            add_detailed(to, FIELD_CONNECTION_CLASS, connection_class_name(i),
                         connection_record_class_detail(connection, 1u << i));
        }
    }
    life_render(to, connection);
    session_render(to, connection);
}

static void response_render(const struct subtree *to, const struct message_record *response)
{
    char buffer[ENDPOINT_TEXT_SIZE];

    add_number(to, FIELD_REQUEST_IN, response->request_frame);
    if (response->request_frame) {
        field_add_duration(to->tree, to->tvb, FIELD_RESPONSE_TIME, response->response_time);
    }
    add_detailed(to, FIELD_VERDICT, verdict_name(response->verdict), response->detail);
    add_string(to, FIELD_BASIS, verdict_name(response->basis));
    for (unsigned i = 0; i < response->expected_count; i++) {
        add_string(to, FIELD_EXPECTED, destination_format(&response->expected[i], buffer));
    }
    add_string(to, FIELD_CLAUSE, response->clause);
}

static void message_render(const struct subtree *to, const struct message_record *message)
{
    add_string(to, FIELD_TRANSPORT, transport_name(message->transport));
    add_number(to, FIELD_TRANSACTION, message->transaction);
    if (message->is_request) {
        add_number(to, FIELD_RESPONSE_IN, message->response_frame);
        add_string(to, FIELD_DIRECTION, direction_name(message->direction));
        add_string(to, FIELD_REQUEST_USE, request_use_name(message->use));
        add_detailed(to, FIELD_REQUEST_BASIS, reuse_basis_name(message->reuse_basis),
                     message->detail);
    } else {
        response_render(to, message);
    }
    add_number(to, FIELD_RETRANSMISSION_OF, message->retransmission_of);
    add_number(to, FIELD_DUPLICATE_OF, message->duplicate_of);
    via_render(to, message->via_text);
    if (message->connection) {
        connection_render(to, message->connection);
    }
}

/* Findings are few and must reach the expert window, so they are added whoever asks. */
static void mark_render(const struct subtree *to, const struct finding_mark *mark)
{
    const char *rule = rule_get(mark->finding->rule)->id;
    proto_item *item = field_add_string(to->tree, to->pinfo->pool, to->tvb, FIELD_FINDING, rule);
    struct subtree details = *to;

    expert_add_mark(to->pinfo, item, mark);
    details.tree = proto_item_add_subtree(item, ett_finding);
    add_string(&details, FIELD_SEVERITY, severity_name(mark->severity));
}

static void marks_render(const struct subtree *to, const struct frame_record *record,
                         int32_t message)
{
    for (unsigned i = 0; i < record->mark_count; i++) {
        if (record->marks[i]->message == message) {
            mark_render(to, record->marks[i]);
        }
    }
}

/* ---- subtrees -------------------------------------------------------------------------------- */

static void subtree_open(struct subtree *to, proto_tree *tree, int proto, const char *text)
{
    proto_item *item = proto_tree_add_protocol_format(
        tree, proto, to->tvb, 0, 0, "SIP Connection Analysis%s%s", *text ? ", " : "", text);
    proto_item_set_generated(item);
    to->tree = proto_item_add_subtree(item, ett_message);
}

static bool record_has_marks(const struct frame_record *record, int32_t message)
{
    for (unsigned i = 0; i < record->mark_count; i++) {
        if (record->marks[i]->message == message) {
            return true;
        }
    }
    return false;
}

void frame_render(const struct frame_record *record, int proto, tvbuff_t *tvb, packet_info *pinfo,
                  proto_tree *tree)
{
    struct subtree to = {.pinfo = pinfo, .tvb = tvb};
    /*
     * False only if no filter, column or window wants any of our fields: then texts are not made.
     */
    bool is_wanted = proto_field_is_referenced(tree, proto);

    for (unsigned i = 0; i < record->message_count; i++) {
        const struct message_record *message = record->messages[i];

        if (!is_wanted && !record_has_marks(record, (int32_t)message->index)) {
            continue;
        }
        const char *text = is_wanted ? message_text(message, pinfo) : "";
        subtree_open(&to, tree, proto, text_valid(pinfo->pool, slice_of(text)));
        if (is_wanted) {
            message_render(&to, message);
        }
        marks_render(&to, record, (int32_t)message->index);
    }

    if (record->connection_event || record_has_marks(record, -1)) {
        subtree_open(&to, tree, proto, event_text(record, pinfo));
        if (record->connection_event) {
            connection_render(&to, record->connection_event);
        }
        marks_render(&to, record, -1);
    }
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* C9: SIP over WebSocket (RFC 7118). */
#include "context.h"

static void websocket_report(const struct sending *sending, enum rule_id rule,
                             enum severity severity, const struct rule_arg *args)
{
    struct connection *connection = sending->hop->connection;

    rule_report_on(sending->analysis, &connection->findings, sending->transaction, connection, rule,
                   severity, false, (int32_t)sending->request->index, NULL, args);
}

static bool names_sip(struct slice protocols)
{
    while (protocols.ptr != NULL) {
        if (slice_is_nocase(slice_split(&protocols, ','), "sip")) {
            return true;
        }
    }
    return false;
}

static void rule_subprotocol(const struct sending *sending)
{
    const struct connection *connection = sending->hop->connection;
    const char *missing = NULL;
    struct slice found = {0};

    if (connection->websocket_answer_seen && !names_sip(connection->subprotocol_answer)) {
        missing = "101";
        found = connection->subprotocol_answer;
    } else if (connection->websocket_request_seen && !names_sip(connection->subprotocol_request)) {
        missing = "Upgrade request";
        found = connection->subprotocol_request;
    }
    if (missing != NULL) {
        websocket_report(
            sending, RULE_WS_SUBPROTOCOL, SEVERITY_WARN,
            RULE_ARGS({"where", missing},
                      {"c", text_printf(sending->analysis, "%u", connection->record.id)},
                      {"found", text_slice(sending->analysis, found)}));
    }
}

void rules_websocket_message(struct analysis *analysis, struct connection *connection,
                             const struct packet_message *packet,
                             const struct message_record *record)
{
    bool several = packet->websocket_messages >= 2 && record->index == 0; /* told once for all */

    if (!several && !packet->websocket_split) {
        return;
    }
    rule_report_on(
        analysis, &connection->findings, NULL, connection, RULE_WS_MULTIPLE_MESSAGES, SEVERITY_WARN,
        false, (int32_t)record->index, NULL,
        RULE_ARGS({"what", packet->websocket_split ? "a part of a SIP message"
                                                   : text_printf(analysis, "%u SIP messages",
                                                                 packet->websocket_messages)}));
}

void rules_websocket_request(const struct sending *sending)
{
    struct analysis *a = sending->analysis;

    rule_subprotocol(sending);
    if (via_host_is_invalid_name(sending->v)) {
        websocket_report(sending, RULE_WS_SENTBY_INVALID, SEVERITY_CHAT,
                         RULE_ARGS({"host", text_slice(a, sending->v->host)}));
    }
}

/*
 * Somebody tried to call a WebSocket client back: with a response, or by a connection. message: index
 * of the response in this frame, -1 if there is none in it.
 */
static void backward_connect(struct analysis *a, const struct hop *hop, int32_t message,
                             const struct endpoint *from, const struct endpoint *to,
                             const struct message_record *response,
                             const struct advertised *advertised)
{
    rule_report(
        a, hop->transaction, hop->connection, RULE_WS_BACKWARD_CONNECT, SEVERITY_ERROR, false,
        message, RELATED(response != NULL ? response->request_frame : advertised->frame),
        RULE_ARGS({"b", text_endpoint(a, from)}, {"d", text_endpoint(a, to)},
                  {"a", text_endpoint(a, &hop->src)},
                  {"code", response != NULL ? text_printf(a, "%u", response->status) : NULL},
                  {"req", response != NULL ? text_printf(a, "%u", response->request_frame) : NULL},
                  {"hdr", advertised != NULL ? advertised->header : NULL},
                  {"n", advertised != NULL ? text_printf(a, "%u", advertised->frame) : NULL},
                  {"c", text_printf(a, "%u", hop->connection->record.id)}));
}

void rules_websocket_response(struct exchange *x)
{
    enum verdict verdict = x->route.verdict;

    if (x->response->connection != NULL && (verdict == VERDICT_NEW_CONNECTION_AFTER_CLOSE ||
                                            verdict == VERDICT_NEW_CONNECTION_WHILE_OPEN ||
                                            verdict == VERDICT_OTHER_CONNECTION_WHILE_OPEN)) {
        backward_connect(x->analysis, x->hop, exchange_index(x), &x->response->src,
                         &x->response->dst, x->response, NULL);
    }
}

void rules_websocket_syn(struct analysis *analysis, struct connection *connection)
{
    const struct connection_side *opener = &connection->side[connection->opener];
    const struct endpoint *target = &connection->side[1 - connection->opener].endpoint;
    const struct advertised *client = advertised_find(analysis->websocket_clients, target);

    if (client != NULL && connection->syn_count == 1) {
        backward_connect(analysis, client->hop, -1, &opener->endpoint, target, NULL, client);
    }
}

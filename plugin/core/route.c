/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "route.h"

#include <glib.h>

/* ---- expected places ---------------------------------------------------------------------- */

static void route_expect(struct route *route, const struct ip_address *ip, uint16_t port)
{
    struct endpoint place = endpoint_make(ip, port);

    if (!ip_address_is_set(ip) || route->expected_count == ROUTE_EXPECTED_MAX) {
        return;
    }
    for (unsigned i = 0; i < route->expected_count; i++) {
        if (!route->expected[i].is_stream && endpoint_equal(&route->expected[i].endpoint, &place)) {
            return;
        }
    }
    route->expected[route->expected_count++] = (struct destination){.endpoint = place};
}

static void route_expect_connection(struct route *route, const struct connection *connection)
{
    route->expected[route->expected_count++] =
        (struct destination){.is_stream = true, .stream = connection->record.stream};
}

static bool endpoint_is(const struct endpoint *endpoint, const struct ip_address *ip, uint16_t port)
{
    return endpoint->port == port && ip_address_equal(&endpoint->ip, ip);
}

/*
 * D is where sent-by leads. A name that cannot be resolved may lead anywhere, but not to a port that
 * sent-by excludes.
 */
static bool route_in_sent_by(const struct route_question *question, struct route *route)
{
    const struct via *via = question->request_via;
    struct endpoint places[NAME_PLACES_MAX];
    unsigned count = name_table_resolve(question->names, via, question->hop->transport, places);

    for (unsigned i = 0; i < count; i++) {
        if (endpoint_equal(&places[i], &question->dst)) {
            return true;
        }
    }
    route->unresolved = count == 0;
    return route->unresolved && (!via->has_port || question->dst.port == via->port);
}

/* ---- datagrams (B.2) ---------------------------------------------------------------------- */

static enum verdict route_maddr(const struct route_question *question, struct route *route)
{
    const struct via *via = question->request_via;
    struct endpoint places[NAME_PLACES_MAX];
    struct ip_address maddr;
    unsigned count = 1;

    route->clause = "RFC 3261 18.2.2 b2";
    if (ip_address_parse(via->maddr.value, &maddr)) {
        places[0] = endpoint_make(&maddr, route->port);
    } else {
        count = name_table_lookup(question->names, via->maddr.value, route->port, places);
    }
    if (count == 0) {
        route->unresolved = true;
        return question->dst.port == route->port ? VERDICT_MADDR : VERDICT_WRONG_DESTINATION;
    }
    for (unsigned i = 0; i < count; i++) {
        route_expect(route, &places[i].ip, places[i].port);
    }
    for (unsigned i = 0; i < count; i++) {
        if (endpoint_equal(&places[i], &question->dst)) {
            return VERDICT_MADDR;
        }
    }
    return VERDICT_WRONG_DESTINATION;
}

static bool route_at_received_port(const struct route_question *question, const struct route *route)
{
    return endpoint_is(&question->dst, &question->hop->src.ip, route->port) ||
           (route->has_received && endpoint_is(&question->dst, &route->received, route->port));
}

static enum verdict route_rport(const struct route_question *question, struct route *route)
{
    const struct endpoint *obs = &question->hop->src;
    const struct endpoint *dst = &question->dst;
    bool value_sent = route->request_rport != 0;

    route->clause = "RFC 3581 4";
    route_expect(route, &obs->ip, obs->port);
    if (!value_sent && route->has_received && route->response_rport != 0) {
        route_expect(route, &route->received, route->response_rport);
    }
    if (value_sent) {
        route_expect(route, &obs->ip, route->request_rport);
        route_expect(route, &route->received, route->request_rport);
    }

    /* What was observed goes before anything a Via says: a tap on the client's side of a NAT sees
     * D = obs while the Via shows the public address. */
    if (endpoint_equal(dst, obs) ||
        (!value_sent && route->has_received && route->response_rport != 0 &&
         endpoint_is(dst, &route->received, route->response_rport))) {
        return VERDICT_SYMMETRIC_RPORT;
    }
    if (value_sent &&
        (endpoint_is(dst, &obs->ip, route->request_rport) ||
         (route->has_received && endpoint_is(dst, &route->received, route->request_rport)))) {
        return VERDICT_RPORT_AS_SENT;
    }
    if (route_at_received_port(question, route)) {
        route->broken =
            route->response_rport != 0 ? RULE_RESP_RPORT_IGNORED : RULE_RESP_RPORT_UNSUPPORTED;
        return VERDICT_VIA_RECEIVED_PORT;
    }
    if (route_in_sent_by(question, route)) {
        route->broken = question->fallback ? RULE_COUNT : RULE_RESP_RECEIVED_IGNORED;
        return VERDICT_VIA_SENT_BY;
    }
    route->broken = RULE_RESP_WRONG_DESTINATION;
    return VERDICT_WRONG_DESTINATION;
}

static enum verdict route_plain(const struct route_question *question, struct route *route)
{
    const struct via *via = question->request_via;
    const struct endpoint *obs = &question->hop->src;

    route->clause = "RFC 3261 18.2.2 b3";
    route_expect(route, &obs->ip, route->port);
    if (route->has_received) {
        route_expect(route, &route->received, route->port);
    }
    if (route_at_received_port(question, route)) {
        if (route->has_received || !ip_address_is_set(&via->host_ip) ||
            !ip_address_equal(&via->host_ip, &obs->ip)) {
            return VERDICT_VIA_RECEIVED_PORT;
        }
        route->clause = "RFC 3261 18.2.2 b4";
        return VERDICT_VIA_SENT_BY;
    }
    if (endpoint_equal(&question->dst, obs)) {
        route->broken = RULE_RESP_SYMMETRIC_UNREQUESTED;
        return VERDICT_SYMMETRIC_UNREQUESTED;
    }
    if (route_in_sent_by(question, route)) {
        route->broken = question->fallback ? RULE_COUNT : RULE_RESP_RECEIVED_IGNORED;
        return VERDICT_VIA_SENT_BY;
    }
    route->broken = RULE_RESP_WRONG_DESTINATION;
    return VERDICT_WRONG_DESTINATION;
}

static void route_datagram(const struct route_question *question, struct route *route)
{
    const struct via *via = question->request_via;
    bool maddr = via->maddr.value.len > 0;
    enum verdict verdict;

    if (maddr) {
        verdict = route_maddr(question, route); /* ranks before received; 3581 4 excludes maddr */
        if (verdict == VERDICT_WRONG_DESTINATION) {
            route->broken = RULE_RESP_MADDR_IGNORED;
        }
    } else if (via->rport.present) {
        verdict = route_rport(question, route);
    } else {
        verdict = route_plain(question, route);
    }
    if (verdict == VERDICT_VIA_SENT_BY && question->fallback) {
        route->clause = "RFC 3263 5";
    }
    if (verdict == VERDICT_VIA_SENT_BY && route->unresolved) {
        route->detail = "unresolved";
    }
    route->basis = verdict;
    if (verdict != VERDICT_WRONG_DESTINATION &&
        !endpoint_equal(&question->src, &question->hop->dst) &&
        !ip_address_is_group(&question->hop->dst.ip)) {
        route->wrong_source = true;
        verdict = VERDICT_WRONG_SOURCE;
        if (via->rport.present && !maddr) {
            route->clause = "RFC 3581 4";
        }
    }
    route->verdict = verdict;
}

/* ---- streams (B.3) ------------------------------------------------------------------------ */

static bool route_carried_request(const struct hop *hop, const struct connection *connection)
{
    for (const struct hop *other = hop->transaction->hops; other != NULL; other = other->next) {
        if (other->connection == connection) {
            return true;
        }
    }
    return false;
}

static bool connection_opened_by(const struct connection *connection, const struct ip_address *ip)
{
    return connection->opener >= 0 &&
           ip_address_equal(&connection->side[connection->opener].endpoint.ip, ip);
}

static void route_after_close(const struct route_question *question, struct route *route)
{
    const struct hop *hop = question->hop;
    const struct endpoint *dst = &question->dst;

    route->verdict = VERDICT_NEW_CONNECTION_AFTER_CLOSE;
    if (question->connection->opener < 0) {
        route->detail = "unresolved"; /* older than the file: perhaps the client's own */
    } else if (connection_opened_by(question->connection, &hop->src.ip)) {
        route->detail = "client-reconnected";
    } else if (endpoint_is(dst, &hop->src.ip, route->port) ||
               (route->has_received && endpoint_is(dst, &route->received, route->port))) {
        route->detail = "sent-by";
    } else if (route_in_sent_by(question, route) && !route->unresolved) {
        route->detail = "rfc3263";
    } else if (route->unresolved && dst->port == route->port) {
        route->detail = "unresolved";
    } else {
        route->verdict = VERDICT_WRONG_DESTINATION;
        route->broken = dst->port == hop->src.port || dst->port == route->response_rport
                            ? RULE_RESP_STREAM_TO_RPORT
                            : RULE_RESP_WRONG_DESTINATION;
    }
}

static void route_stream(const struct route_question *question, struct route *route)
{
    const struct hop *hop = question->hop;
    const struct connection *c = hop->connection;
    const struct connection *k = question->connection;
    bool closed;

    route->clause = "RFC 3261 18.2.2 b1";
    route->state = connection_state(c, hop->client_side);
    closed =
        route->state == CONNECTION_STATE_CLOSED || route->state == CONNECTION_STATE_HALF_CLOSED;
    if (!closed || route->state == CONNECTION_STATE_HALF_CLOSED) {
        route_expect_connection(route, c);
    }
    if (closed && !transport_is_websocket(hop->transport)) {
        route_expect(route, &hop->src.ip, route->port);
        if (route->has_received) {
            route_expect(route, &route->received, route->port);
        }
    }
    if (k == c || route_carried_request(hop, k)) {
        route->verdict = VERDICT_SAME_CONNECTION;
        route->expected_count = 0;
        route_expect_connection(route, k);
    } else if (closed && transport_is_websocket(hop->transport)) {
        route->verdict = VERDICT_NEW_CONNECTION_AFTER_CLOSE;
    } else if (closed) {
        route_after_close(question, route);
    } else if (route->state == CONNECTION_STATE_UNKNOWN) {
        route->verdict = VERDICT_OTHER_CONNECTION_UNKNOWN;
    } else {
        bool fresh = k->handshake && k->opened_time > hop->first_request->time &&
                     connection_opened_by(k, &question->src.ip);

        route->verdict =
            fresh ? VERDICT_NEW_CONNECTION_WHILE_OPEN : VERDICT_OTHER_CONNECTION_WHILE_OPEN;
        /* What is wrong with WebSocket is said by a rule of its own (RFC 7118 5.3). */
        route->broken =
            transport_is_websocket(hop->transport) ? RULE_COUNT : RULE_RESP_OTHER_CONNECTION;
    }
    route->basis = route->verdict;
}

/* ---- all (B.1) ---------------------------------------------------------------------------- */

void route_judge(const struct route_question *question, struct route *route)
{
    const struct hop *hop = question->hop;

    *route = (struct route){.broken = RULE_COUNT};
    route->port = via_port(question->request_via, hop->transport);
    route->has_received = via_received_ip(question->response_via, &route->received);
    route->response_rport = via_rport_value(question->response_via);
    route->request_rport = via_rport_value(question->request_via);

    if (question->wire != hop->transport) {
        /* Even if the answer is large: 18.2.2 knows no switch by size. */
        route->verdict = route->basis = VERDICT_WRONG_TRANSPORT;
        route->clause = "RFC 3261 18.2.2 b1";
        route->broken = RULE_RESP_WRONG_TRANSPORT;
        if (hop->connection != NULL) {
            route_expect_connection(route, hop->connection);
        } else if (question->request_via->rport.present) {
            route_expect(route, &hop->src.ip, hop->src.port);
        } else {
            route_expect(route, &hop->src.ip, route->port);
        }
    } else if (hop->connection != NULL && question->connection != NULL) {
        route_stream(question, route);
    } else {
        route_datagram(question, route);
    }
}

enum route_self_check route_self_check(const struct via *response_via, const struct endpoint *dst,
                                       struct endpoint *expected)
{
    uint16_t port = via_port(response_via, TRANSPORT_UDP);
    uint16_t rport = via_rport_value(response_via);
    struct ip_address received;
    bool has_received = via_received_ip(response_via, &received);

    if (response_via->maddr.present) {
        return ROUTE_SELF_NONE;
    }
    if (has_received) {
        *expected = endpoint_make(&received, rport != 0 ? rport : port);
    } else if (ip_address_is_set(&response_via->host_ip)) {
        *expected = endpoint_make(&response_via->host_ip, port);
    } else {
        return ROUTE_SELF_NONE;
    }
    if (endpoint_equal(dst, expected)) {
        return ROUTE_SELF_CONSISTENT;
    }
    if (response_via->rport.present && rport == 0 && ip_address_equal(&dst->ip, &expected->ip)) {
        return ROUTE_SELF_NONE; /* asked for, not filled in: the source port is not known */
    }
    if (ip_address_is_private(&dst->ip) && !ip_address_is_private(&expected->ip)) {
        return ROUTE_SELF_NONE; /* a tap on the client's side of a NAT */
    }
    return ROUTE_SELF_INCONSISTENT;
}

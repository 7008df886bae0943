/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests that go backwards: on what authority (D.4). */
#include "reuse.h"

#include <glib.h>

#include "scene_proxies.h"

/* ---- the basis of a backward request (D.4) -------------------------------------------------- */

struct basis_case {
    enum reuse_basis basis, weakest; /* of the last request; of its connection, none: the same */
    const char *detail;
    struct scene_case scenario; /* findings: of C6 all the same */
};

static void play_basis(const struct basis_case *expected)
{
    struct analysis *analysis = scene_play("C6", TRANSPORT_TLS, &expected->scenario);
    const GPtrArray *messages = analysis_messages(analysis);
    const struct message_record *request = g_ptr_array_index(messages, messages->len - 1);
    enum reuse_basis weakest =
        expected->weakest != BASIS_NONE ? expected->weakest : expected->basis;

    g_assert_cmpint(request->direction, ==, DIRECTION_BACKWARD);
    g_assert_cmpstr(request_use_name(request->use), ==, "reuse");
    g_assert_cmpstr(reuse_basis_name(request->reuse_basis), ==, reuse_basis_name(expected->basis));
    g_assert_cmpstr(request->detail, ==, expected->detail);
    g_assert_cmpstr(reuse_basis_name(request->connection->reuse_basis), ==,
                    reuse_basis_name(weakest));
    g_assert_cmphex(connection_record_classes(request->connection) & CONNECTION_REUSE, !=, 0);
    g_assert_cmpuint(analysis_connections(analysis)->len, ==, 1);
    analysis_free(analysis);
}

#define OUTBOUND_CONTACT                                                                           \
    "Contact: <sip:a@10.0.0.9>;reg-id=1;+sip.instance=\"<urn:uuid:1>\"\r\nExpires: 600\r\n"
/* Steps 2 and 3: the registrar accepts outbound. */
#define OUTBOUND                                                                                   \
    {300, FORWARD, .line = "REGISTER sip:p2.example.net", .via = "p1.example.com",                 \
     .more = OUTBOUND_CONTACT "Supported: path, outbound\r\n"},                                    \
    {                                                                                              \
        400, BACK, .line = "200 REGISTER", .via = "p1.example.com",                                \
                   .more = "Require: outbound\r\n" OUTBOUND_CONTACT                                \
    }
#define PLAIN_CONTACT "Contact: <sip:a@10.0.0.9>\r\nExpires: 600\r\n"
/* The same without outbound. */
#define PLAIN                                                                                      \
    {300, FORWARD, .line = "REGISTER sip:p2.example.net", .via = "p1.example.com",                 \
     .more = PLAIN_CONTACT},                                                                       \
    {                                                                                              \
        400, BACK, .line = "200 REGISTER", .via = "p1.example.com", .more = PLAIN_CONTACT          \
    }
#define OFFER                                                                                      \
    {                                                                                              \
        500, FORWARD, .line = "OPTIONS sip:p2.example.net", .via = "p1.example.com;alias",         \
                      .call = "offer"                                                              \
    }
/* By the DNS the far end of the connection. */
#define FAR_END "p1.example.com 192.0.2.1 far.example.org 192.0.2.1"

/* Each basis, in the order of D.4. */
static void test_basis(void)
{
    static const struct basis_case cases[] = {
        {BASIS_WEBSOCKET, .scenario = {"WebSocket", "", .wire = TRANSPORT_WS,
                                       .steps = {USED, BACK_TO(5000, "sip:a@x.invalid")}}},
        {BASIS_OUTBOUND,
         .scenario = {"F11: outbound, to the Contact", "", .wire = TRANSPORT_TCP,
                      .steps = {OPENED, OUTBOUND, BACK_TO(5000, "sip:a@10.0.0.9")}}},
        {BASIS_OUTBOUND,
         .scenario = {"outbound, to the address of record", "", .wire = TRANSPORT_TCP,
                      .steps = {OPENED, OUTBOUND, BACK_TO(5000, "sip:a@example.com")}}},
        {BASIS_OUTBOUND,
         .scenario = {"outbound, by the flow token of its holder", "", .wire = TRANSPORT_TCP,
                      .steps = {OPENED,
                                OUTBOUND,
                                {5000, BACK, .line = "INVITE sip:x@example.org",
                                 .via = "p2.example.net", .call = "back",
                                 .more = "Route: <sip:token@p2.example.net;lr>\r\n"}}}},
        {BASIS_OUTBOUND, .scenario = {"in a dialog whose Contact has ob", "", .wire = TRANSPORT_TCP,
                                      .steps = {OPENED,
                                                {300, FORWARD, .line = "INVITE sip:p2.example.net",
                                                 .via = "p1.example.com",
                                                 .more = "Contact: <sip:a@10.0.0.9;ob>\r\n"},
                                                {5000, BACK, .line = "BYE sip:a@10.0.0.9;ob",
                                                 .via = "p2.example.net", .cseq = 7}}}},
        {BASIS_ALIAS, .scenario = {"F9: alias, certificate, identity", "",
                                   .steps = {ALIASED, BACK_TO(5000, "sip:x@P1.Example.com")}}},
        {BASIS_INDEX, .detail = "bound-port",
         .scenario = {"E22: the far end, from its listening port", "", .wire = TRANSPORT_TCP,
                      .steps = {OPENED,
                                {300, FORWARD, .line = "SUBSCRIBE sip:p2.example.net",
                                 .via = "192.0.2.1:49160"},
                                BACK_TO(5000, "sip:x@192.0.2.1:49160")}}},
        {BASIS_INDEX, .detail = "bound-port",
         .scenario = {"the far end, which its Contact names", "", .wire = TRANSPORT_TCP,
                      .steps = {OPENED,
                                {300, FORWARD, .line = "SUBSCRIBE sip:p2.example.net",
                                 .via = "p1.example.com",
                                 .more = "Contact: <sip:x@192.0.2.1:49160>\r\n"},
                                BACK_TO(5000, "sip:x@192.0.2.1:49160")}}},
        {BASIS_INDEX, .detail = "rewritten",
         .scenario = {"the far end, put into the URI", "", .wire = TRANSPORT_TCP,
                      .steps = {USED, BACK_TO(5000, "sip:x@192.0.2.1:49160")}}},
        {BASIS_INDEX, .detail = "rewritten",
         .scenario = {"the far end, resolved in the file", "", .wire = TRANSPORT_TCP,
                      .resolves = FAR_END,
                      .steps = {USED, BACK_TO(5000, "sip:x@far.example.org:49160")}}},
        {BASIS_REGISTERED_FLOW,
         .scenario = {"registered over TCP", "", .wire = TRANSPORT_TCP,
                      .steps = {OPENED, PLAIN, BACK_TO(5000, "sip:a@10.0.0.9")}}},
        {BASIS_REGISTERED_FLOW,
         .scenario = {"registered over TLS without certificate", "",
                      .handshake = HANDSHAKE_NOT_ASKED,
                      .steps = {OPENED, PLAIN, BACK_TO(5000, "sip:a@10.0.0.9")}}},
        {BASIS_ALIAS_MISMATCH,
         .scenario = {"alias for others", "4 reuse-identity-mismatch warn",
                      .steps = {ALIASED, BACK_TO(5000, "sip:x@example.org")}}},
        {BASIS_ALIAS_MISMATCH,
         .scenario = {"a wildcard is no identity",
                      "2 cert-wildcard note again, 2 alias-sentby-not-in-cert note, "
                      "4 reuse-identity-mismatch warn",
                      .a_names = "*.example.com",
                      .steps = {ALIASED, BACK_TO(5000, "sip:p1.example.com")}}},
        {BASIS_ALIAS_UNVERIFIED,
         .scenario = {"E35, E56: resumed", "", .handshake = HANDSHAKE_RESUMED,
                      .steps = {ALIASED, BACK_TO(5000, "sip:p1.example.com")}}},
        {BASIS_ALIAS_UNVERIFIED,
         .scenario = {"a certificate that the client was not seen to own", "",
                      .handshake = HANDSHAKE_UNPROVEN,
                      .steps = {ALIASED, BACK_TO(5000, "sip:p1.example.com")}}},
        {BASIS_ALIAS_UNVERIFIED,
         .scenario = {"TLS 1.3 without keys", "", .handshake = HANDSHAKE_CLOSED_1_3,
                      .steps = {ALIASED, BACK_TO(5000, "sip:p1.example.com")}}},
        {BASIS_ALIAS_UNVERIFIED, .scenario = {"the next hop is no SIP URI", "",
                                              .steps = {ALIASED, BACK_TO(5000, "tel:+15551234")}}},
        {BASIS_ALIAS_UNVERIFIED,
         .scenario = {"behind a strict router", "",
                      .steps = {ALIASED,
                                {5000, BACK, .line = "MESSAGE sip:x@example.org",
                                 .via = "p2.example.net", .call = "back",
                                 .more = "Route: <sip:p1.example.com>\r\n"}}}},
        {BASIS_UNDETERMINED,
         .scenario = {"start not captured", "", .wire = TRANSPORT_TCP,
                      .steps = {{300, FORWARD, .line = "OPTIONS sip:p2.example.net",
                                 .via = "p1.example.com"},
                                BACK_TO(5000, "sip:p1.example.com")}}},
        {BASIS_UNAUTHORISED,
         .scenario = {"no alias since the ClientHello", "4 reuse-no-alias warn",
                      .steps = {OPENED_LATE,
                                {300, FORWARD, .line = "OPTIONS sip:p2.example.net",
                                 .via = "p1.example.com"},
                                ANSWERED(400, "p1.example.com;received=192.0.2.1"),
                                BACK_TO(5000, "sip:p1.example.com")}}},
        {BASIS_UNAUTHORISED, .scenario = {"no TLS", "4 reuse-no-tls warn", .wire = TRANSPORT_TCP,
                                          .steps = {USED, BACK_TO(5000, "sip:p1.example.com")}}},
        {BASIS_UNAUTHORISED, .scenario = {"no alias", "4 reuse-no-alias warn",
                                          .steps = {USED, BACK_TO(5000, "sip:p1.example.com")}}},
        {BASIS_UNAUTHORISED,
         .scenario = {"no certificate", "2 alias-no-client-cert warn, 4 reuse-no-client-cert error",
                      .handshake = HANDSHAKE_EMPTY,
                      .steps = {ALIASED, BACK_TO(5000, "sip:p1.example.com")}}},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        play_basis(&cases[i]);
    }
}

/* Two hold: the earlier one of D.4 is named. */
static void test_basis_order(void)
{
    static const struct basis_case cases[] = {
        {BASIS_WEBSOCKET,
         .scenario = {"WebSocket before outbound", "", .wire = TRANSPORT_WS,
                      .steps = {OPENED, OUTBOUND, BACK_TO(5000, "sip:a@10.0.0.9")}}},
        {BASIS_OUTBOUND,
         .scenario = {"outbound before alias", "",
                      .steps = {OPENED, OUTBOUND, OFFER, BACK_TO(5000, "sip:a@example.com")}}},
        {BASIS_ALIAS, .scenario = {"alias before the far end", "4 reuse-address-mismatch warn",
                                   .resolves = FAR_END,
                                   .steps = {ALIASED, BACK_TO(5000, "sip:p1.example.com:49160")}}},
        {BASIS_INDEX, .detail = "rewritten",
         .scenario = {"the far end before a registration", "", .wire = TRANSPORT_TCP,
                      .steps = {OPENED, PLAIN, BACK_TO(5000, "sip:a@192.0.2.1:49160")}}},
        {BASIS_INDEX, .detail = "rewritten",
         .scenario = {"the far end before an alias for others", "", .resolves = FAR_END,
                      .steps = {ALIASED, BACK_TO(5000, "sip:far.example.org:49160")}}},
        {BASIS_REGISTERED_FLOW,
         .scenario = {"a registration before an alias for others", "",
                      .steps = {OPENED, PLAIN, OFFER, BACK_TO(5000, "sip:a@10.0.0.9")}}},
        {BASIS_REGISTERED_FLOW,
         .scenario = {"a registration before an alias not verified", "",
                      .handshake = HANDSHAKE_RESUMED,
                      .steps = {OPENED, PLAIN, OFFER, BACK_TO(5000, "sip:a@10.0.0.9")}}},
        {BASIS_REGISTERED_FLOW,
         .scenario = {"E55: a registration before an alias without certificate",
                      "4 alias-no-client-cert note", .handshake = HANDSHAKE_NOT_ASKED,
                      .steps = {OPENED, PLAIN, OFFER, BACK_TO(5000, "sip:a@10.0.0.9")}}},
        {BASIS_REGISTERED_FLOW,
         .scenario = {"a registration before a start not captured", "", .wire = TRANSPORT_TCP,
                      .steps = {PLAIN, BACK_TO(5000, "sip:a@10.0.0.9")}}},
        {BASIS_ALIAS_UNVERIFIED,
         .scenario = {"an alias not verified before a start not captured", "",
                      .steps = {OFFER, BACK_TO(5000, "sip:p1.example.com")}}},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        play_basis(&cases[i]);
    }
}

/* What a registration is good for, and until when (A.10). */
static void test_basis_of_registrations(void)
{
    static const struct basis_case cases[] = {
        {BASIS_REGISTERED_FLOW,
         .scenario = {"outbound, but for another user", "", .wire = TRANSPORT_TCP,
                      .steps = {OPENED, OUTBOUND, BACK_TO(5000, "sip:x@example.org")}}},
        {BASIS_UNAUTHORISED,
         .scenario = {"expired", "4 reuse-no-tls warn", .wire = TRANSPORT_TCP,
                      .steps = {OPENED, PLAIN, BACK_TO(700000, "sip:a@10.0.0.9")}}},
        {BASIS_UNAUTHORISED,
         .scenario = {"taken away", "6 reuse-no-tls warn", .wire = TRANSPORT_TCP,
                      .steps = {OPENED,
                                PLAIN,
                                {600, FORWARD, .line = "REGISTER sip:p2.example.net", .cseq = 2,
                                 .via = "p1.example.com",
                                 .more = "Contact: <sip:a@10.0.0.9>;expires=0\r\n"},
                                {700, BACK, .line = "200 REGISTER", .cseq = 2,
                                 .via = "p1.example.com"},
                                BACK_TO(5000, "sip:a@10.0.0.9")}}},
        {BASIS_UNAUTHORISED,
         .scenario = {"refused", "4 reuse-no-tls warn", .wire = TRANSPORT_TCP,
                      .steps = {OPENED,
                                {300, FORWARD, .line = "REGISTER sip:p2.example.net",
                                 .via = "p1.example.com", .more = PLAIN_CONTACT},
                                {400, BACK, .line = "403 REGISTER", .via = "p1.example.com",
                                 .more = PLAIN_CONTACT},
                                BACK_TO(5000, "sip:a@10.0.0.9")}}},
        {BASIS_UNAUTHORISED,
         .scenario = {"not answered yet", "3 reuse-no-tls warn", .wire = TRANSPORT_TCP,
                      .steps = {OPENED,
                                {300, FORWARD, .line = "REGISTER sip:p2.example.net",
                                 .via = "p1.example.com", .more = PLAIN_CONTACT},
                                BACK_TO(5000, "sip:a@10.0.0.9")}}},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        play_basis(&cases[i]);
    }
}

/* A connection is shown with the weakest of its requests, whichever came first. */
static void test_weakest_basis(void)
{
    static const struct basis_case cases[] = {
        {BASIS_ALIAS, BASIS_ALIAS_MISMATCH,
         .scenario = {"the weaker one first", "4 reuse-identity-mismatch warn",
                      .steps = {ALIASED,
                                BACK_TO(5000, "sip:x@example.org"),
                                {6000, BACK, .line = "BYE sip:p1.example.com",
                                 .via = "p2.example.net", .call = "next"}}}},
        {BASIS_ALIAS_MISMATCH, .scenario = {"the weaker one last", "5 reuse-identity-mismatch warn",
                                            .steps = {ALIASED,
                                                      BACK_TO(5000, "sip:p1.example.com"),
                                                      {6000, BACK, .line = "BYE sip:x@example.org",
                                                       .via = "p2.example.net", .call = "next"}}}},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        play_basis(&cases[i]);
    }
}

/* Requests of the opener: the first, then further ones; CANCEL and repetitions are neither. */
static void test_use(void)
{
    static const struct scene_case scenario = {
        "use of each request", "4 reuse-no-tls warn", .wire = TRANSPORT_TCP,
        .steps = {OPENED,
                  {300, FORWARD, .line = "INVITE sip:p2.example.net", .via = "p1.example.com"},
                  {400, FORWARD, .line = "CANCEL sip:p2.example.net", .via = "p1.example.com"},
                  BACK_TO(500, "sip:p1.example.com"),
                  {600, FORWARD, .line = "OPTIONS sip:p2.example.net", .via = "p1.example.com",
                   .call = "next"},
                  {700, FORWARD, .line = "OPTIONS sip:p2.example.net", .via = "p1.example.com",
                   .call = "next"}}};
    static const enum request_use uses[] = {USE_FIRST, USE_NONE, USE_REUSE, USE_PERSISTENT,
                                            USE_NONE};
    struct analysis *analysis;

    analysis = scene_play("C6", TRANSPORT_TLS, &scenario);
    for (unsigned i = 0; i < G_N_ELEMENTS(uses); i++) {
        const struct message_record *record = g_ptr_array_index(analysis_messages(analysis), i);

        g_assert_cmpstr(request_use_name(record->use), ==, request_use_name(uses[i]));
        if (uses[i] != USE_REUSE) {
            g_assert_cmpint(record->reuse_basis, ==, BASIS_NONE);
        }
    }
    analysis_free(analysis);
}

/* Topmost Route with lr, else the Request-URI (A.10). */
static void test_next_hop(void)
{
    static const struct {
        const char *uri, *route, *host; /* NULL: none */
    } rows[] = {
        {"sip:b@x.example", "", "x.example"},
        {"sip:b@x.example", "Route: <sip:r.example;lr>, <sip:s.example;lr>\r\n", "r.example"},
        {"sip:b@x.example", "Route: <sip:r.example>\r\n", "x.example"},
        {"tel:+15551234", "", NULL},
        {"tel:+15551234", "Route: <sip:r.example;lr>\r\n", "r.example"},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text =
            g_strdup_printf("OPTIONS %s SIP/2.0\r\nVia: SIP/2.0/TCP h;branch=z9hG4bK1\r\n"
                            "Call-ID: c\r\nCSeq: 1 OPTIONS\r\n%s\r\n",
                            rows[i].uri, rows[i].route);
        struct message message;
        const struct sip_uri *uri;

        g_assert_true(message_parse(slice_of(text), true, &message));
        uri = request_next_hop(&message);
        g_assert_true((uri != NULL) == (rows[i].host != NULL));
        if (uri != NULL) {
            g_assert_true(slice_equal(uri->host, slice_of(rows[i].host)));
        }
    }
}

/* D.3, gate g6 */
static void test_confidence(void)
{
    static const struct {
        enum evidence evidence;
        enum severity limit;
        bool presumed;
    } rows[] = {
        {EVIDENCE_CERTAIN, SEVERITY_ERROR, false}, {EVIDENCE_STRONG, SEVERITY_ERROR, false},
        {EVIDENCE_MEDIUM, SEVERITY_WARN, true},    {EVIDENCE_WEAK, SEVERITY_NOTE, true},
        {EVIDENCE_UNKNOWN, SEVERITY_NOTE, true},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct connection connection = {.record.evidence = rows[i].evidence};
        struct confidence confidence = connection_confidence(&connection);

        g_assert_cmpint(confidence.limit, ==, rows[i].limit);
        g_assert_true(confidence.presumed == rows[i].presumed);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reuse/next-hop", test_next_hop);
    g_test_add_func("/reuse/confidence", test_confidence);
    g_test_add_func("/reuse/use", test_use);
    g_test_add_func("/reuse/basis/each", test_basis);
    g_test_add_func("/reuse/basis/order", test_basis_order);
    g_test_add_func("/reuse/basis/registrations", test_basis_of_registrations);
    g_test_add_func("/reuse/basis/weakest", test_weakest_basis);
    return g_test_run();
}

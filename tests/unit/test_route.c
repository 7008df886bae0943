/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "route.h"

#define SECOND INT64_C(1000000000)
#define START (INT64_C(1700000000) * SECOND)
#define RULE_NONE RULE_COUNT

static struct endpoint at(const char *text)
{
    struct host_port host_port;

    g_assert_true(host_port_parse(slice_of(text), &host_port));
    return endpoint_make(&host_port.ip, host_port.port);
}

static void via_of(const char *text, struct via *via)
{
    struct slice list = slice_of(text);

    g_assert_true(via_parse(&list, via));
}

static struct name_table *example_names(void)
{
    static const char *const names[][2] = {
        {"pc.example.com", "203.0.113.7"},
        {"pc.example.com", "203.0.113.8"},
        {"group.example.com", "192.0.2.77"},
        {"sip1.example.net", "203.0.113.20"},
    };
    struct name_table *table = name_table_new();

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        struct ip_address ip;

        g_assert_true(ip_address_parse(slice_of(names[i][1]), &ip));
        name_table_address(table, slice_of(names[i][0]), &ip);
    }
    name_table_service(table, slice_of("_sip._udp.example.net"), slice_of("sip1.example.net"),
                       5099);
    name_table_service(table, slice_of("_sip._tcp.example.net"), slice_of("sip1.example.net"),
                       5099);
    return table;
}

static char *expected_text(const struct route *route)
{
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < route->expected_count; i++) {
        char buffer[ENDPOINT_TEXT_SIZE];

        g_string_append_printf(text, "%s%s", i == 0 ? "" : ", ",
                               destination_format(&route->expected[i], buffer));
    }
    return g_string_free(text, FALSE);
}

/* ---- datagrams (B.2) ----------------------------------------------------------------------- */

/* The request came from 192.0.2.1:9988 to 192.0.2.2:5060; V and W without protocol and branch. */
struct datagram {
    const char *v, *w;
    const char *dst;
    enum verdict basis;
    enum rule_id broken;
    const char *clause;
    const char *expected; /* NULL: not looked at */
};

static void judge_datagram(const struct datagram *datagram, const char *obs, const char *srv,
                           const char *src, bool fallback, struct route *route)
{
    g_autofree char *v_text = g_strdup_printf("SIP/2.0/UDP %s;branch=z9hG4bK1", datagram->v);
    g_autofree char *w_text = g_strdup_printf("SIP/2.0/UDP %s;branch=z9hG4bK1", datagram->w);
    struct transaction transaction = {0};
    struct message_record request = {.time = START};
    struct hop hop = {.transaction = &transaction,
                      .transport = TRANSPORT_UDP,
                      .src = at(obs),
                      .dst = at(srv),
                      .first_request = &request};
    struct via v, w;
    struct name_table *names = example_names();
    struct route_question question = {.hop = &hop,
                                      .request_via = &v,
                                      .response_via = &w,
                                      .wire = TRANSPORT_UDP,
                                      .src = at(src),
                                      .dst = at(datagram->dst),
                                      .names = names,
                                      .fallback = fallback};

    transaction.hops = &hop;
    via_of(v_text, &v);
    via_of(w_text, &w);
    route_judge(&question, route);
    name_table_free(names);
}

static const struct datagram datagrams[] = {
    /* maddr ranks first (18.2.2 b2), before received and rport */
    {"10.1.1.1:4540;maddr=192.0.2.77", "10.1.1.1:4540;maddr=192.0.2.77;received=192.0.2.1",
     "192.0.2.77:4540", VERDICT_MADDR, RULE_NONE, "RFC 3261 18.2.2 b2", "192.0.2.77:4540"},
    {"10.1.1.1;maddr=192.0.2.77;rport", "10.1.1.1;maddr=192.0.2.77;rport=9988;received=192.0.2.1",
     "192.0.2.77:5060", VERDICT_MADDR, RULE_NONE, "RFC 3261 18.2.2 b2", "192.0.2.77:5060"},
    {"10.1.1.1:4540;maddr=192.0.2.77;rport",
     "10.1.1.1:4540;maddr=192.0.2.77;rport=9988;received=192.0.2.1", "192.0.2.1:9988",
     VERDICT_WRONG_DESTINATION, RULE_RESP_MADDR_IGNORED, "RFC 3261 18.2.2 b2", "192.0.2.77:4540"},
    {"10.1.1.1:4540;maddr=192.0.2.77", "10.1.1.1:4540;maddr=192.0.2.77;received=192.0.2.1",
     "192.0.2.1:4540", VERDICT_WRONG_DESTINATION, RULE_RESP_MADDR_IGNORED, NULL, NULL},
    {"10.1.1.1:4540;maddr=192.0.2.77", "10.1.1.1:4540;maddr=192.0.2.77", "192.0.2.77:5060",
     VERDICT_WRONG_DESTINATION, RULE_RESP_MADDR_IGNORED, NULL, NULL},
    {"10.1.1.1;maddr=group.example.com", "10.1.1.1;maddr=group.example.com", "192.0.2.77:5060",
     VERDICT_MADDR, RULE_NONE, NULL, "192.0.2.77:5060"},
    {"10.1.1.1;maddr=group.example.com", "10.1.1.1;maddr=group.example.com", "203.0.113.5:5060",
     VERDICT_WRONG_DESTINATION, RULE_RESP_MADDR_IGNORED, NULL, NULL},
    {"10.1.1.1:4540;maddr=other.example", "10.1.1.1:4540;maddr=other.example", "203.0.113.5:4540",
     VERDICT_MADDR, RULE_NONE, NULL, ""},
    {"10.1.1.1:4540;maddr=other.example", "10.1.1.1:4540;maddr=other.example", "203.0.113.5:4541",
     VERDICT_WRONG_DESTINATION, RULE_RESP_MADDR_IGNORED, NULL, NULL},

    /* rport asked (3581 4) */
    {"10.1.1.1:4540;rport", "10.1.1.1:4540;rport=9988;received=192.0.2.1", "192.0.2.1:9988",
     VERDICT_SYMMETRIC_RPORT, RULE_NONE, "RFC 3581 4", "192.0.2.1:9988"},
    {"10.1.1.1:4540;rport", "10.1.1.1:4540;rport", "192.0.2.1:9988", VERDICT_SYMMETRIC_RPORT,
     RULE_NONE, NULL, "192.0.2.1:9988"},
    /* E2: tap on the client's side of a NAT; the far side of it */
    {"10.1.1.1:4540;rport", "10.1.1.1:4540;rport=33000;received=203.0.113.9", "192.0.2.1:9988",
     VERDICT_SYMMETRIC_RPORT, RULE_NONE, NULL, "192.0.2.1:9988, 203.0.113.9:33000"},
    {"10.1.1.1:4540;rport", "10.1.1.1:4540;rport=33000;received=203.0.113.9", "203.0.113.9:33000",
     VERDICT_SYMMETRIC_RPORT, RULE_NONE, NULL, NULL},
    {"10.1.1.1:4540;rport", "10.1.1.1:4540;rport=33000", "10.1.1.1:33000",
     VERDICT_WRONG_DESTINATION, RULE_RESP_WRONG_DESTINATION, NULL, NULL},
    {"10.1.1.1:4540;rport", "10.1.1.1:4540;rport=9988;received=192.0.2.1", "192.0.2.1:4540",
     VERDICT_VIA_RECEIVED_PORT, RULE_RESP_RPORT_IGNORED, NULL, NULL},
    {"10.1.1.1;rport", "10.1.1.1;rport=9988;received=192.0.2.1", "192.0.2.1:5060",
     VERDICT_VIA_RECEIVED_PORT, RULE_RESP_RPORT_IGNORED, NULL, NULL},
    {"10.1.1.1:4540;rport", "10.1.1.1:4540;rport;received=192.0.2.1", "192.0.2.1:4540",
     VERDICT_VIA_RECEIVED_PORT, RULE_RESP_RPORT_UNSUPPORTED, NULL, NULL},
    {"10.1.1.1:4540;rport", "10.1.1.1:4540", "192.0.2.1:4540", VERDICT_VIA_RECEIVED_PORT,
     RULE_RESP_RPORT_UNSUPPORTED, NULL, NULL},
    {"10.1.1.1:4540;rport", "10.1.1.1:4540;rport=33000;received=203.0.113.9", "203.0.113.9:4540",
     VERDICT_VIA_RECEIVED_PORT, RULE_RESP_RPORT_IGNORED, NULL, NULL},
    {"10.1.1.1:4540;rport", "10.1.1.1:4540;rport=9988;received=192.0.2.1", "10.1.1.1:4540",
     VERDICT_VIA_SENT_BY, RULE_RESP_RECEIVED_IGNORED, NULL, NULL},
    {"10.1.1.1:4540;rport", "10.1.1.1:4540;rport=9988;received=192.0.2.1", "10.1.1.1:9988",
     VERDICT_WRONG_DESTINATION, RULE_RESP_WRONG_DESTINATION, NULL, NULL},
    {"10.1.1.1:4540;rport", "10.1.1.1:4540;rport=9988;received=192.0.2.1", "192.0.2.1:9989",
     VERDICT_WRONG_DESTINATION, RULE_RESP_WRONG_DESTINATION, NULL, NULL},
    {"10.1.1.1:4540;rport", "10.1.1.1:4540;rport=9988;received=192.0.2.1", "203.0.113.5:4540",
     VERDICT_WRONG_DESTINATION, RULE_RESP_WRONG_DESTINATION, NULL, "192.0.2.1:9988"},

    /* E12, G1: rport with a value: both readings */
    {"10.1.1.1:4540;rport=5070", "10.1.1.1:4540;rport=5070;received=192.0.2.1", "192.0.2.1:5070",
     VERDICT_RPORT_AS_SENT, RULE_NONE, "RFC 3581 4", "192.0.2.1:9988, 192.0.2.1:5070"},
    {"10.1.1.1:4540;rport=5070", "10.1.1.1:4540;rport=5070;received=192.0.2.1", "192.0.2.1:9988",
     VERDICT_SYMMETRIC_RPORT, RULE_NONE, NULL, NULL},
    {"10.1.1.1:4540;rport=5070", "10.1.1.1:4540;rport=5070;received=203.0.113.9",
     "203.0.113.9:5070", VERDICT_RPORT_AS_SENT, RULE_NONE, NULL, NULL},
    {"10.1.1.1:4540;rport=5070", "10.1.1.1:4540;rport=5070;received=192.0.2.1", "192.0.2.1:4540",
     VERDICT_VIA_RECEIVED_PORT, RULE_RESP_RPORT_IGNORED, NULL, NULL},
    /* no number: as without a value */
    {"10.1.1.1:4540;rport=x", "10.1.1.1:4540;rport=9988;received=192.0.2.1", "192.0.2.1:9988",
     VERDICT_SYMMETRIC_RPORT, RULE_NONE, NULL, NULL},

    /* no rport: received and the port of sent-by (18.2.2 b3, b4) */
    {"10.1.1.1:4540", "10.1.1.1:4540;received=192.0.2.1", "192.0.2.1:4540",
     VERDICT_VIA_RECEIVED_PORT, RULE_NONE, "RFC 3261 18.2.2 b3", "192.0.2.1:4540"},
    {"10.1.1.1", "10.1.1.1;received=192.0.2.1", "192.0.2.1:5060", VERDICT_VIA_RECEIVED_PORT,
     RULE_NONE, NULL, "192.0.2.1:5060"},
    {"192.0.2.1:4540", "192.0.2.1:4540", "192.0.2.1:4540", VERDICT_VIA_SENT_BY, RULE_NONE,
     "RFC 3261 18.2.2 b4", "192.0.2.1:4540"},
    {"192.0.2.1", "192.0.2.1", "192.0.2.1:5060", VERDICT_VIA_SENT_BY, RULE_NONE, NULL, NULL},
    {"[::ffff:192.0.2.1]:4540", "[::ffff:192.0.2.1]:4540", "192.0.2.1:4540", VERDICT_VIA_SENT_BY,
     RULE_NONE, NULL, NULL},
    {"192.0.2.1:4540", "192.0.2.1:4540;received=192.0.2.1", "192.0.2.1:4540",
     VERDICT_VIA_RECEIVED_PORT, RULE_NONE, NULL, NULL},
    {"pc.example.com:4540", "pc.example.com:4540", "192.0.2.1:4540", VERDICT_VIA_RECEIVED_PORT,
     RULE_NONE, NULL, NULL},
    {"10.1.1.1:4540", "10.1.1.1:4540;received=203.0.113.9", "203.0.113.9:4540",
     VERDICT_VIA_RECEIVED_PORT, RULE_NONE, NULL, "192.0.2.1:4540, 203.0.113.9:4540"},
    {"10.1.1.1:4540", "10.1.1.1:4540;received=192.0.2.1", "192.0.2.1:9988",
     VERDICT_SYMMETRIC_UNREQUESTED, RULE_RESP_SYMMETRIC_UNREQUESTED, "RFC 3261 18.2.2 b3",
     "192.0.2.1:4540"},
    /* a client whose source port is that of its sent-by */
    {"192.0.2.1:9988", "192.0.2.1:9988", "192.0.2.1:9988", VERDICT_VIA_SENT_BY, RULE_NONE, NULL,
     NULL},
    {"10.1.1.1:4540", "10.1.1.1:4540;received=192.0.2.1", "10.1.1.1:4540", VERDICT_VIA_SENT_BY,
     RULE_RESP_RECEIVED_IGNORED, NULL, NULL},
    {"10.1.1.1:4540", "10.1.1.1:4540;received=192.0.2.1", "10.1.1.1:9988",
     VERDICT_WRONG_DESTINATION, RULE_RESP_WRONG_DESTINATION, NULL, NULL},
    {"10.1.1.1:4540", "10.1.1.1:4540;received=192.0.2.1", "203.0.113.5:5060",
     VERDICT_WRONG_DESTINATION, RULE_RESP_WRONG_DESTINATION, NULL, NULL},
    /* received that is no address counts for nothing */
    {"10.1.1.1:4540", "10.1.1.1:4540;received=unknown", "192.0.2.1:4540", VERDICT_VIA_RECEIVED_PORT,
     RULE_NONE, NULL, "192.0.2.1:4540"},

    /* names: resolved from the file */
    {"pc.example.com:4540", "pc.example.com:4540", "203.0.113.8:4540", VERDICT_VIA_SENT_BY,
     RULE_RESP_RECEIVED_IGNORED, NULL, NULL},
    {"pc.example.com:4540", "pc.example.com:4540", "203.0.113.9:4540", VERDICT_WRONG_DESTINATION,
     RULE_RESP_WRONG_DESTINATION, NULL, NULL},
    {"example.net", "example.net", "203.0.113.20:5099", VERDICT_VIA_SENT_BY,
     RULE_RESP_RECEIVED_IGNORED, NULL, NULL},
    {"example.net:5060", "example.net:5060", "203.0.113.20:5099", VERDICT_WRONG_DESTINATION,
     RULE_RESP_WRONG_DESTINATION, NULL, NULL},
};

static void test_datagrams(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(datagrams); i++) {
        const struct datagram *datagram = &datagrams[i];
        g_autofree char *expected = NULL;
        struct route route;

        g_test_message("%s | %s | %s", datagram->v, datagram->w, datagram->dst);
        judge_datagram(datagram, "192.0.2.1:9988", "192.0.2.2:5060", "192.0.2.2:5060", false,
                       &route);
        g_assert_cmpstr(verdict_name(route.verdict), ==, verdict_name(datagram->basis));
        g_assert_cmpint(route.basis, ==, route.verdict);
        g_assert_cmpint(route.broken, ==, datagram->broken);
        g_assert_false(route.wrong_source);
        if (datagram->clause != NULL) {
            g_assert_cmpstr(route.clause, ==, datagram->clause);
        }
        expected = expected_text(&route);
        if (datagram->expected != NULL) {
            g_assert_cmpstr(expected, ==, datagram->expected);
        }
    }
}

/* The same destinations from another source: wrong-source, unless the destination is wrong too. */
static void test_wrong_source(void)
{
    static const char *const sources[] = {"192.0.2.3:5060", "192.0.2.2:5062"};

    for (unsigned i = 0; i < 2 * G_N_ELEMENTS(datagrams); i++) {
        const struct datagram *datagram = &datagrams[i / 2];
        bool wrong = datagram->basis == VERDICT_WRONG_DESTINATION;
        struct route route;

        g_test_message("%s | %s | %s", datagram->v, datagram->w, datagram->dst);
        judge_datagram(datagram, "192.0.2.1:9988", "192.0.2.2:5060", sources[i % 2], false, &route);
        g_assert_cmpint(route.verdict, ==,
                        wrong ? VERDICT_WRONG_DESTINATION : VERDICT_WRONG_SOURCE);
        g_assert_cmpint(route.basis, ==, datagram->basis);
        g_assert_cmpint(route.broken, ==, datagram->broken);
        g_assert_true(route.wrong_source == !wrong);
        if (!wrong && strstr(datagram->v, "rport") != NULL &&
            strstr(datagram->v, "maddr") == NULL) {
            g_assert_cmpstr(route.clause, ==, "RFC 3581 4");
        }
    }
}

/* E15: nobody answers from a group address. */
static void test_multicast(void)
{
    static const struct {
        struct datagram datagram;
        const char *srv;
    } cases[] = {
        {{"192.0.2.1:9988;maddr=224.0.1.75", "192.0.2.1:9988;maddr=224.0.1.75", "224.0.1.75:9988",
          VERDICT_MADDR, RULE_NONE, NULL, NULL},
         "224.0.1.75:5060"},
        {{"192.0.2.1:9988;maddr=224.0.1.75", "192.0.2.1:9988;maddr=224.0.1.75", "192.0.2.1:9988",
          VERDICT_WRONG_DESTINATION, RULE_RESP_MADDR_IGNORED, NULL, NULL},
         "224.0.1.75:5060"},
        {{"192.0.2.1:9988;rport", "192.0.2.1:9988;rport=9988", "192.0.2.1:9988",
          VERDICT_SYMMETRIC_RPORT, RULE_NONE, NULL, NULL},
         "255.255.255.255:5060"},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct route route;

        judge_datagram(&cases[i].datagram, "192.0.2.1:9988", cases[i].srv, "192.0.2.2:5060", false,
                       &route);
        g_assert_cmpint(route.verdict, ==, cases[i].datagram.basis);
        g_assert_cmpint(route.broken, ==, cases[i].datagram.broken);
        g_assert_false(route.wrong_source);
    }
}

/* E13: a name that the file does not resolve may lead anywhere, but not to an excluded port. */
static void test_unresolved(void)
{
    static const struct datagram cases[] = {
        {"lost.example", "lost.example", "203.0.113.5:5080", VERDICT_VIA_SENT_BY,
         RULE_RESP_RECEIVED_IGNORED, NULL, NULL},
        {"lost.example;rport", "lost.example;rport", "203.0.113.5:5080", VERDICT_VIA_SENT_BY,
         RULE_RESP_RECEIVED_IGNORED, NULL, NULL},
        {"lost.example:5060", "lost.example:5060", "203.0.113.5:5060", VERDICT_VIA_SENT_BY,
         RULE_RESP_RECEIVED_IGNORED, NULL, NULL},
        {"lost.example:5060", "lost.example:5060", "203.0.113.5:5080", VERDICT_WRONG_DESTINATION,
         RULE_RESP_WRONG_DESTINATION, NULL, NULL},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct route route;

        g_test_message("%s to %s", cases[i].v, cases[i].dst);
        judge_datagram(&cases[i], "192.0.2.1:9988", "192.0.2.2:5060", "192.0.2.2:5060", false,
                       &route);
        g_assert_cmpint(route.verdict, ==, cases[i].basis);
        g_assert_cmpint(route.broken, ==, cases[i].broken);
        g_assert_true(route.unresolved);
        g_assert_cmpstr(route.detail, ==,
                        route.verdict == VERDICT_VIA_SENT_BY ? "unresolved" : NULL);
    }
}

/* E11: once a response could not be delivered, sent-by is right (18.2.2 b3, 3263 5). */
static void test_fallback(void)
{
    static const struct datagram cases[] = {
        {"10.1.1.1:4540", "10.1.1.1:4540;received=192.0.2.1", "10.1.1.1:4540", VERDICT_VIA_SENT_BY,
         RULE_NONE, "RFC 3263 5", NULL},
        {"10.1.1.1:4540;rport", "10.1.1.1:4540;rport=9988;received=192.0.2.1", "10.1.1.1:4540",
         VERDICT_VIA_SENT_BY, RULE_NONE, "RFC 3263 5", NULL},
        {"example.net", "example.net;received=192.0.2.1", "203.0.113.20:5099", VERDICT_VIA_SENT_BY,
         RULE_NONE, "RFC 3263 5", NULL},
        {"10.1.1.1:4540", "10.1.1.1:4540;received=192.0.2.1", "203.0.113.5:4540",
         VERDICT_WRONG_DESTINATION, RULE_RESP_WRONG_DESTINATION, NULL, NULL},
        {"10.1.1.1:4540;rport", "10.1.1.1:4540;rport=9988;received=192.0.2.1", "192.0.2.1:4540",
         VERDICT_VIA_RECEIVED_PORT, RULE_RESP_RPORT_IGNORED, NULL, NULL},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct route route;

        g_test_message("%s to %s", cases[i].v, cases[i].dst);
        judge_datagram(&cases[i], "192.0.2.1:9988", "192.0.2.2:5060", "192.0.2.2:5060", true,
                       &route);
        g_assert_cmpint(route.verdict, ==, cases[i].basis);
        g_assert_cmpint(route.broken, ==, cases[i].broken);
        if (cases[i].clause != NULL) {
            g_assert_cmpstr(route.clause, ==, cases[i].clause);
        }
    }
}

/* ---- streams (B.3) ------------------------------------------------------------------------- */

/* What happens on C, the connection of the request, before the response. */
enum fate { FATE_OPEN, FATE_HALF_CLOSED, FATE_CLOSED, FATE_UNKNOWN };

static struct connection *stream_opened(struct connection_table *table, int64_t stream,
                                        const char *from, const char *to, int64_t time)
{
    struct packet_tcp syn = {.stream = stream, .src = at(from), .dst = at(to), .events = TCP_SYN};
    struct packet_tcp answer = {
        .stream = stream, .src = at(to), .dst = at(from), .events = TCP_SYN | TCP_ACK};

    connection_segment(table, &syn, 1, time);
    return connection_segment(table, &answer, 2, time);
}

static void stream_fate(struct connection_table *table, struct connection *connection,
                        const char *from, const char *to, enum fate fate)
{
    struct packet_tcp tcp = {.stream = connection->record.stream,
                             .src = at(from),
                             .dst = at(to),
                             .events = fate == FATE_HALF_CLOSED ? TCP_FIN | TCP_ACK
                                       : fate == FATE_CLOSED    ? TCP_RST
                                       : fate == FATE_UNKNOWN   ? TCP_ACK | TCP_GAP
                                                                : TCP_ACK};

    connection_segment(table, &tcp, 3, START + SECOND);
    connection_segment_close(table, connection, &tcp, 3, START + SECOND);
}

struct stream_case {
    const char *what;
    enum fate fate;
    /* K: opened from where to where, at which second after the request; NULL: R went on C */
    const char *k_from, *k_to;
    int k_opened;
    const char *src, *dst; /* of the response */
    enum verdict verdict;
    const char *detail;
    enum rule_id broken;
    const char *expected;
};

/* C: 192.0.2.1:40001 > 192.0.2.2:5060; Via sent-by 192.0.2.1:5070;rport. */
#define C_FROM "192.0.2.1:40001"
#define C_TO "192.0.2.2:5060"

static const struct stream_case stream_cases[] = {
    {"on C, open", FATE_OPEN, NULL, NULL, 0, C_TO, C_FROM, VERDICT_SAME_CONNECTION, NULL, RULE_NONE,
     "tcp stream 1"},
    {"on C, half-closed (E5)", FATE_HALF_CLOSED, NULL, NULL, 0, C_TO, C_FROM,
     VERDICT_SAME_CONNECTION, NULL, RULE_NONE, "tcp stream 1"},
    {"on C, closed", FATE_CLOSED, NULL, NULL, 0, C_TO, C_FROM, VERDICT_SAME_CONNECTION, NULL,
     RULE_NONE, "tcp stream 1"},
    {"opened by the server while open (F5)", FATE_OPEN, "192.0.2.2:38111", "192.0.2.1:5070", 2,
     "192.0.2.2:38111", "192.0.2.1:5070", VERDICT_NEW_CONNECTION_WHILE_OPEN, NULL,
     RULE_RESP_OTHER_CONNECTION, "tcp stream 1"},
    {"server's own older connection (E8)", FATE_OPEN, "192.0.2.2:38111", "192.0.2.1:5070", -5,
     "192.0.2.2:38111", "192.0.2.1:5070", VERDICT_OTHER_CONNECTION_WHILE_OPEN, NULL,
     RULE_RESP_OTHER_CONNECTION, "tcp stream 1"},
    {"client's second connection, C open", FATE_OPEN, "192.0.2.1:40002", C_TO, 2, C_TO,
     "192.0.2.1:40002", VERDICT_OTHER_CONNECTION_WHILE_OPEN, NULL, RULE_RESP_OTHER_CONNECTION,
     "tcp stream 1"},
    {"C unknown (E21)", FATE_UNKNOWN, "192.0.2.2:38111", "192.0.2.1:5070", 2, "192.0.2.2:38111",
     "192.0.2.1:5070", VERDICT_OTHER_CONNECTION_UNKNOWN, NULL, RULE_NONE, "tcp stream 1"},
    {"closed, to sent-by (F6)", FATE_CLOSED, "192.0.2.2:38111", "192.0.2.1:5070", 2,
     "192.0.2.2:38111", "192.0.2.1:5070", VERDICT_NEW_CONNECTION_AFTER_CLOSE, "sent-by", RULE_NONE,
     "192.0.2.1:5070"},
    {"half-closed, to sent-by (E5)", FATE_HALF_CLOSED, "192.0.2.2:38111", "192.0.2.1:5070", 2,
     "192.0.2.2:38111", "192.0.2.1:5070", VERDICT_NEW_CONNECTION_AFTER_CLOSE, "sent-by", RULE_NONE,
     "tcp stream 1, 192.0.2.1:5070"},
    {"client reconnected (E7)", FATE_CLOSED, "192.0.2.1:40002", C_TO, 2, C_TO, "192.0.2.1:40002",
     VERDICT_NEW_CONNECTION_AFTER_CLOSE, "client-reconnected", RULE_NONE, "192.0.2.1:5070"},
    {"closed, to the client's source port (F6)", FATE_CLOSED, "192.0.2.2:38111", C_FROM, 2,
     "192.0.2.2:38111", C_FROM, VERDICT_WRONG_DESTINATION, NULL, RULE_RESP_STREAM_TO_RPORT,
     "192.0.2.1:5070"},
    {"closed, to another port", FATE_CLOSED, "192.0.2.2:38111", "192.0.2.1:5071", 2,
     "192.0.2.2:38111", "192.0.2.1:5071", VERDICT_WRONG_DESTINATION, NULL,
     RULE_RESP_WRONG_DESTINATION, "192.0.2.1:5070"},
    {"closed, to another host", FATE_CLOSED, "192.0.2.2:38111", "203.0.113.5:5070", 2,
     "192.0.2.2:38111", "203.0.113.5:5070", VERDICT_WRONG_DESTINATION, NULL,
     RULE_RESP_WRONG_DESTINATION, "192.0.2.1:5070"},
};

static void judge_stream(const struct stream_case *stream, enum transport transport, const char *v,
                         const char *w, bool carried, struct route *route)
{
    struct connection_table *table = connection_table_new();
    struct name_table *names = example_names();
    struct connection *c = stream_opened(table, 1, C_FROM, C_TO, START - SECOND);
    struct connection *k = c;
    struct via via_v, via_w;
    struct transaction transaction = {0};
    struct message_record request = {.time = START};
    struct hop hop = {.transaction = &transaction,
                      .transport = transport,
                      .connection = c,
                      .src = at(C_FROM),
                      .dst = at(C_TO),
                      .first_request = &request,
                      .last_request = &request};
    struct hop second = {.transaction = &transaction, .transport = transport};
    struct route_question question = {.hop = &hop,
                                      .request_via = &via_v,
                                      .response_via = &via_w,
                                      .wire = transport,
                                      .src = at(stream->src),
                                      .dst = at(stream->dst),
                                      .names = names};

    g_test_message("%s over %s", stream->what, transport_name(transport));
    if (stream->k_from != NULL) {
        k = stream_opened(table, 2, stream->k_from, stream->k_to,
                          START + stream->k_opened * SECOND);
    }
    hop.client_side = connection_side_of(c, &hop.src);
    transaction.hops = &hop;
    if (carried) {
        hop.next = &second;
        second.connection = k;
    }
    stream_fate(table, c, C_FROM, C_TO, stream->fate);
    question.connection = k;
    via_of(v, &via_v);
    via_of(w, &via_w);
    route_judge(&question, route);
    name_table_free(names);
    connection_table_free(table);
}

static void test_streams(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(stream_cases); i++) {
        g_autofree char *expected = NULL;
        struct route route;

        judge_stream(&stream_cases[i], TRANSPORT_TCP,
                     "SIP/2.0/TCP 192.0.2.1:5070;rport;branch=z9hG4bK1",
                     "SIP/2.0/TCP 192.0.2.1:5070;rport=40001;received=192.0.2.1;branch=z9hG4bK1",
                     false, &route);
        g_assert_cmpstr(verdict_name(route.verdict), ==, verdict_name(stream_cases[i].verdict));
        g_assert_cmpint(route.basis, ==, route.verdict);
        g_assert_cmpstr(route.detail, ==, stream_cases[i].detail);
        g_assert_cmpint(route.broken, ==, stream_cases[i].broken);
        g_assert_cmpstr(route.clause, ==, "RFC 3261 18.2.2 b1");
        expected = expected_text(&route);
        g_assert_cmpstr(expected, ==, stream_cases[i].expected);
    }
}

/* E6, G20: the request was sent on K too, then K is right whatever C does. */
static void test_stream_that_carried_the_request(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(stream_cases); i++) {
        struct route route;

        judge_stream(&stream_cases[i], TRANSPORT_TLS, "SIP/2.0/TLS 192.0.2.1:5070;branch=z9hG4bK1",
                     "SIP/2.0/TLS 192.0.2.1:5070;branch=z9hG4bK1", true, &route);
        g_assert_cmpint(route.verdict, ==, VERDICT_SAME_CONNECTION);
        g_assert_cmpint(route.broken, ==, RULE_NONE);
        g_assert_cmpuint(route.expected_count, ==, 1);
        g_assert_cmpint(route.expected[0].stream, ==, stream_cases[i].k_from == NULL ? 1 : 2);
    }
}

/* After C closed: received, names (3263 5) and the default port say where to. */
static void test_stream_after_close(void)
{
    static const struct {
        const char *v, *w;
        const char *dst;
        enum transport transport;
        enum verdict verdict;
        const char *detail;
        enum rule_id broken;
    } cases[] = {
        {"192.0.2.1", "192.0.2.1", "192.0.2.1:5060", TRANSPORT_TCP,
         VERDICT_NEW_CONNECTION_AFTER_CLOSE, "sent-by", RULE_NONE},
        {"192.0.2.1", "192.0.2.1", "192.0.2.1:5061", TRANSPORT_TLS,
         VERDICT_NEW_CONNECTION_AFTER_CLOSE, "sent-by", RULE_NONE},
        {"192.0.2.1", "192.0.2.1", "192.0.2.1:5060", TRANSPORT_TLS, VERDICT_WRONG_DESTINATION, NULL,
         RULE_RESP_WRONG_DESTINATION},
        {"10.1.1.1:5070", "10.1.1.1:5070;received=203.0.113.9", "203.0.113.9:5070", TRANSPORT_TCP,
         VERDICT_NEW_CONNECTION_AFTER_CLOSE, "sent-by", RULE_NONE},
        {"10.1.1.1:5070", "10.1.1.1:5070;received=192.0.2.1", "10.1.1.1:5070", TRANSPORT_TCP,
         VERDICT_NEW_CONNECTION_AFTER_CLOSE, "rfc3263", RULE_NONE},
        {"pc.example.com", "pc.example.com", "203.0.113.8:5060", TRANSPORT_TCP,
         VERDICT_NEW_CONNECTION_AFTER_CLOSE, "rfc3263", RULE_NONE},
        {"example.net", "example.net", "203.0.113.20:5099", TRANSPORT_TCP,
         VERDICT_NEW_CONNECTION_AFTER_CLOSE, "rfc3263", RULE_NONE},
        {"lost.example:5070", "lost.example:5070", "203.0.113.5:5070", TRANSPORT_TCP,
         VERDICT_NEW_CONNECTION_AFTER_CLOSE, "unresolved", RULE_NONE},
        {"lost.example:5070", "lost.example:5070", "203.0.113.5:5071", TRANSPORT_TCP,
         VERDICT_WRONG_DESTINATION, NULL, RULE_RESP_WRONG_DESTINATION},
        /* rport never selects a port on a stream (3581 4), nor does it make one right */
        {"192.0.2.1:5070;rport", "192.0.2.1:5070;rport=33000", "192.0.2.1:33000", TRANSPORT_TCP,
         VERDICT_WRONG_DESTINATION, NULL, RULE_RESP_STREAM_TO_RPORT},
        {"192.0.2.1:40001", "192.0.2.1:40001", C_FROM, TRANSPORT_TCP,
         VERDICT_NEW_CONNECTION_AFTER_CLOSE, "sent-by", RULE_NONE},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct stream_case stream = {cases[i].v,
                                     FATE_CLOSED,
                                     "192.0.2.2:38111",
                                     cases[i].dst,
                                     2,
                                     "192.0.2.2:38111",
                                     cases[i].dst,
                                     cases[i].verdict,
                                     cases[i].detail,
                                     cases[i].broken,
                                     NULL};
        g_autofree char *v = g_strdup_printf("SIP/2.0/TCP %s", cases[i].v);
        g_autofree char *w = g_strdup_printf("SIP/2.0/TCP %s", cases[i].w);
        struct route route;

        judge_stream(&stream, cases[i].transport, v, w, false, &route);
        g_assert_cmpstr(verdict_name(route.verdict), ==, verdict_name(cases[i].verdict));
        g_assert_cmpstr(route.detail, ==, cases[i].detail);
        g_assert_cmpint(route.broken, ==, cases[i].broken);
    }
}

/* 7118 5.3: a WebSocket client cannot be called, so no place is ever expected. */
static void test_websocket(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(stream_cases); i++) {
        const struct stream_case *stream = &stream_cases[i];
        bool closed = stream->fate == FATE_CLOSED || stream->fate == FATE_HALF_CLOSED;
        enum verdict expected = stream->verdict;
        struct route route;

        judge_stream(stream, TRANSPORT_WSS, "SIP/2.0/WSS d.invalid;branch=z9hG4bK1",
                     "SIP/2.0/WSS d.invalid;branch=z9hG4bK1", false, &route);
        if (stream->k_from != NULL && closed) {
            expected = VERDICT_NEW_CONNECTION_AFTER_CLOSE;
        }
        g_assert_cmpstr(verdict_name(route.verdict), ==, verdict_name(expected));
        for (unsigned k = 0; k < route.expected_count; k++) {
            g_assert_true(route.expected[k].is_stream);
        }
    }
}

/* ---- transport (B.1) ----------------------------------------------------------------------- */

static void test_wrong_transport(void)
{
    static const enum transport transports[] = {
        TRANSPORT_UDP,      TRANSPORT_TCP, TRANSPORT_TLS, TRANSPORT_SCTP,
        TRANSPORT_TLS_SCTP, TRANSPORT_WS,  TRANSPORT_WSS,
    };
    struct name_table *names = name_table_new();

    for (unsigned q = 0; q < G_N_ELEMENTS(transports); q++) {
        for (unsigned r = 0; r < G_N_ELEMENTS(transports); r++) {
            struct transaction transaction = {0};
            struct hop hop = {.transaction = &transaction,
                              .transport = transports[q],
                              .src = at("192.0.2.1:40001"),
                              .dst = at("192.0.2.2:5060")};
            struct via via;
            struct route_question question = {.hop = &hop,
                                              .request_via = &via,
                                              .response_via = &via,
                                              .wire = transports[r],
                                              .src = hop.dst,
                                              .dst = hop.src,
                                              .names = names};
            struct route route;

            if (q == r) {
                continue;
            }
            transaction.hops = &hop;
            /* What the Via says is no excuse, nor is a fallback. */
            via_of("SIP/2.0/TCP 192.0.2.1:40001;rport;branch=z9hG4bK1", &via);
            question.fallback = true;
            route_judge(&question, &route);
            g_assert_cmpint(route.verdict, ==, VERDICT_WRONG_TRANSPORT);
            g_assert_cmpint(route.basis, ==, VERDICT_WRONG_TRANSPORT);
            g_assert_cmpint(route.broken, ==, RULE_RESP_WRONG_TRANSPORT);
        }
    }
    name_table_free(names);
}

/* ---- without a request (B.4) --------------------------------------------------------------- */

static void test_self_check(void)
{
    static const struct {
        const char *w;
        const char *dst;
        enum route_self_check check;
        const char *expected;
    } cases[] = {
        {"10.1.1.1:4540;received=192.0.2.1;rport=9988", "192.0.2.1:9988", ROUTE_SELF_CONSISTENT,
         "192.0.2.1:9988"},
        {"10.1.1.1:4540;received=192.0.2.1;rport=9988", "192.0.2.1:4540", ROUTE_SELF_INCONSISTENT,
         "192.0.2.1:9988"},
        {"10.1.1.1:4540;received=192.0.2.1;rport", "192.0.2.1:4540", ROUTE_SELF_CONSISTENT,
         "192.0.2.1:4540"},
        {"10.1.1.1:4540;received=192.0.2.1", "192.0.2.1:4540", ROUTE_SELF_CONSISTENT,
         "192.0.2.1:4540"},
        {"10.1.1.1;received=192.0.2.1", "192.0.2.1:5060", ROUTE_SELF_CONSISTENT, "192.0.2.1:5060"},
        {"10.1.1.1;received=192.0.2.1", "192.0.2.3:5060", ROUTE_SELF_INCONSISTENT,
         "192.0.2.1:5060"},
        {"192.0.2.1", "192.0.2.1:5060", ROUTE_SELF_CONSISTENT, "192.0.2.1:5060"},
        {"192.0.2.1:5062", "192.0.2.1:5060", ROUTE_SELF_INCONSISTENT, "192.0.2.1:5062"},
        {"[2001:db8::1]", "[2001:db8::1]:5060", ROUTE_SELF_CONSISTENT, "[2001:db8::1]:5060"},
        /* nothing to compare with */
        {"pc.example.com", "192.0.2.1:5060", ROUTE_SELF_NONE, NULL},
        {"pc.example.com;rport=9988", "192.0.2.1:5060", ROUTE_SELF_NONE, NULL},
        {"10.1.1.1;maddr=192.0.2.9;received=192.0.2.1", "192.0.2.9:5060", ROUTE_SELF_NONE, NULL},
        {"pc.example.com;received=192.0.2.1", "192.0.2.1:5060", ROUTE_SELF_CONSISTENT,
         "192.0.2.1:5060"},
        /* a tap on the client's side of a NAT */
        {"10.1.1.1:4540;received=192.0.2.1;rport=9988", "10.1.1.1:4540", ROUTE_SELF_NONE, NULL},
        {"192.0.2.1:5060", "192.168.1.1:5060", ROUTE_SELF_NONE, NULL},
        {"10.1.1.1:4540", "10.1.1.1:5060", ROUTE_SELF_INCONSISTENT, "10.1.1.1:4540"},
        {"10.1.1.1:4540", "192.0.2.1:4540", ROUTE_SELF_INCONSISTENT, "10.1.1.1:4540"},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strdup_printf("SIP/2.0/UDP %s;branch=z9hG4bK1", cases[i].w);
        struct endpoint dst = at(cases[i].dst);
        struct endpoint expected;
        struct via via;

        g_test_message("%s to %s", cases[i].w, cases[i].dst);
        via_of(text, &via);
        g_assert_cmpint(route_self_check(&via, &dst, &expected), ==, cases[i].check);
        if (cases[i].expected != NULL) {
            char buffer[ENDPOINT_TEXT_SIZE];

            g_assert_cmpstr(endpoint_format(&expected, buffer), ==, cases[i].expected);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/route/datagram", test_datagrams);
    g_test_add_func("/route/wrong-source", test_wrong_source);
    g_test_add_func("/route/multicast", test_multicast);
    g_test_add_func("/route/unresolved", test_unresolved);
    g_test_add_func("/route/fallback", test_fallback);
    g_test_add_func("/route/stream", test_streams);
    g_test_add_func("/route/stream/carried", test_stream_that_carried_the_request);
    g_test_add_func("/route/stream/after-close", test_stream_after_close);
    g_test_add_func("/route/websocket", test_websocket);
    g_test_add_func("/route/transport", test_wrong_transport);
    g_test_add_func("/route/self-check", test_self_check);
    return g_test_run();
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What nobody sends in good faith: inputs that a fuzzer found, packets that a capture cuts, and masses
 * of one thing. Of masses the tests look at what is kept, not at the time: whatever is not bounded
 * makes them slow as well.
 */
#include <glib.h>
#include <string.h>

#include "analysis.h"
#include "via.h"

#define MILLISECOND INT64_C(1000000)
#define SECOND (1000 * MILLISECOND)
#define START (INT64_C(1700000000) * SECOND)

#define CLIENT "192.0.2.1:40000"
#define SERVER "198.51.100.5:5060"

static struct endpoint at(const char *text)
{
    struct host_port host_port;

    g_assert_true(host_port_parse(slice_of(text), &host_port));
    return endpoint_make(&host_port.ip, host_port.port);
}

/* ---- the capture --------------------------------------------------------------------------- */

static struct {
    struct analysis *analysis;
    uint32_t frame;
    int64_t time;
    enum transport wire;
    int64_t stream;
} capture;

static void capture_begin(enum transport wire, bool mark_values)
{
    struct analysis_config config = analysis_config_default();

    config.mark_values = mark_values;
    capture.analysis = analysis_new(&config);
    capture.frame = 0;
    capture.time = START;
    capture.wire = wire;
    capture.stream = transport_is_tcp_based(wire) ? 0 : -1;
}

static void capture_end(void)
{
    analysis_free(capture.analysis);
}

static void next_frame(int64_t later)
{
    capture.time += later;
    analysis_begin_frame(capture.analysis, ++capture.frame, capture.time);
}

/* In the frame begun last. */
static void feed_bytes(const char *from, const char *to, struct slice bytes)
{
    struct packet_message message = {.transport = capture.wire,
                                     .stream = capture.stream,
                                     .src = at(from),
                                     .dst = at(to),
                                     .bytes = bytes};

    analysis_message(capture.analysis, &message);
}

static void feed_text(const char *from, const char *to, const char *text)
{
    feed_bytes(from, to, slice_of(text));
}

static void segment(const char *from, const char *to, unsigned events)
{
    struct packet_tcp tcp = {.stream = capture.stream,
                             .src = at(from),
                             .dst = at(to),
                             .events = events,
                             .sequence = 1u << 30, /* behind all that is acknowledged */
                             .acknowledgment = capture.frame,
                             .ttl = 64};

    analysis_tcp_segment(capture.analysis, &tcp);
}

static char *request_text(const char *method, const char *via, unsigned branch, unsigned call,
                          const char *more)
{
    return g_strdup_printf("%s sip:b@example.com SIP/2.0\r\nVia: SIP/2.0/%s;branch=z9hG4bK%u\r\n"
                           "From: <sip:a@example.com>;tag=f\r\nTo: <sip:b@example.com>\r\n"
                           "Call-ID: %u\r\nCSeq: 1 %s\r\nMax-Forwards: 70\r\n%s\r\n",
                           method, via, branch, call, method, more);
}

static void feed_request(const char *from, const char *to, const char *via, unsigned branch,
                         unsigned call, const char *more)
{
    g_autofree char *text = request_text("OPTIONS", via, branch, call, more);

    feed_text(from, to, text);
}

static const struct finding *finding_of(const char *id)
{
    const GPtrArray *findings = analysis_findings(capture.analysis);

    for (unsigned i = 0; i < findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(findings, i);

        if (strcmp(rule_get(finding->rule)->id, id) == 0) {
            return finding;
        }
    }
    g_error("no finding %s", id);
}

/* ---- found by fuzzing ------------------------------------------------------------------------ */

/* A NUL byte in a marked value must not swallow the end of the mark. */
static void test_nul_byte(void)
{
    static const char text[] = "OPTIONS sips:b\0c@example.com SIP/2.0\r\n"
                               "Via: SIP/2.0/UDP 192.0.2.1:40000;branch=z9hG4bK1\r\n"
                               "Call-ID: c\r\nCSeq: 1 OPTIONS\r\n\r\n";
    const char *says;

    capture_begin(TRANSPORT_UDP, true);
    next_frame(0);
    feed_bytes(CLIENT, SERVER, (struct slice){text, sizeof text - 1});
    analysis_end_frame(capture.analysis);
    says = finding_of("sips-not-tls")->text;
    g_assert_nonnull(strstr(says, "\002sips:b\003"));
    capture_end();
}

/* Kept as a string it would be another Via than it was in the packet. */
static void test_nul_byte_in_via(void)
{
    static const char text[] = "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa;x=\"a\0b\"";
    struct slice list = {text, sizeof text - 1};
    struct via via;

    g_assert_false(via_parse(&list, &via));
}

/*
 * Under a hash that mixes by a known factor these collide, whatever it is seeded with: the difference
 * of the first eight bytes, multiplied, is that of the next eight.
 */
static void test_hash_collisions(void)
{
    static const char a[] = "aaaaaaaaaaaaaaaa";
    static const char b[] = "aaaaaaa\xe1"
                            "aaa\xe1"
                            "aaa\xe1";

    g_assert_cmphex(slice_hash(slice_of(a), 0), !=, slice_hash(slice_of(b), 0));
    g_assert_cmphex(slice_hash(slice_of(a), 1), !=, slice_hash(slice_of(b), 1));
    g_assert_cmphex(slice_hash_nocase(slice_of(a), 1), !=, slice_hash_nocase(slice_of(b), 1));
}

/* The second response of a frame gets its request a moment later, alone in another frame. */
static void test_early_response_index(void)
{
    static const char other[] = "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK7\r\n"
                                "Call-ID: 7\r\nCSeq: 1 OPTIONS\r\n\r\n";
    static const char early[] =
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1:40000;rport;branch=z9hG4bK8\r\n"
        "Call-ID: 8\r\nCSeq: 1 OPTIONS\r\n\r\n";
    const struct finding *finding;

    capture_begin(TRANSPORT_UDP, false);
    next_frame(0);
    feed_text(SERVER, CLIENT, other);
    feed_text(SERVER, CLIENT, early);
    analysis_end_frame(capture.analysis);
    next_frame(MILLISECOND);
    feed_request(CLIENT, SERVER, "UDP 192.0.2.1:40000;rport", 8, 8, "");
    analysis_end_frame(capture.analysis);
    finding = finding_of("rport-not-filled");
    g_assert_cmpuint(finding->frame, ==, 2);
    g_assert_cmpint(finding->message, ==, -1);
    capture_end();
}

/* A response and behind it, in the same frame, its request: that it had none is not to be shown. */
static void test_early_response_same_frame(void)
{
    static const char response[] =
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1:40000;branch=z9hG4bK8\r\n"
        "Call-ID: 8\r\nCSeq: 1 OPTIONS\r\n\r\n";
    const struct frame_record *shown;

    capture_begin(TRANSPORT_UDP, false);
    next_frame(0);
    feed_text(SERVER, CLIENT, response);
    feed_request(CLIENT, SERVER, "UDP 192.0.2.1:40000", 8, 8, "");
    shown = analysis_end_frame(capture.analysis);
    g_assert_cmpuint(analysis_summary(capture.analysis).findings[RULE_RESP_UNMATCHED], ==, 0);
    for (unsigned i = 0; i < shown->mark_count; i++) {
        g_assert_cmpint(shown->marks[i]->finding->rule, !=, RULE_RESP_UNMATCHED);
    }
    capture_end();
}

/* Two first fragments of one flow in one frame, as in tunnels: one wait with two deadlines. */
static void test_fragments_in_one_frame(void)
{
    struct packet_fragment fragment = {
        .src = at(CLIENT), .dst = at(SERVER), .bytes = slice_of("OPTIONS sip:b SIP/2.0\r\n")};

    capture_begin(TRANSPORT_UDP, false);
    next_frame(0);
    analysis_fragment(capture.analysis, &fragment);
    analysis_fragment(capture.analysis, &fragment);
    analysis_end_frame(capture.analysis);
    next_frame(100 * SECOND);
    analysis_end_frame(capture.analysis);
    g_assert_cmpuint(finding_of("udp-fragmented")->count, ==, 1);
    g_assert_cmpuint(analysis_findings(capture.analysis)->len, ==, 1);
    capture_end();
}

static void feed_tls(const char *from, enum tls_event event, const char *session,
                     const struct tls_certificate *certificate)
{
    struct packet_tls tls = {.stream = capture.stream,
                             .src = at(from),
                             .event = event,
                             .version = 0x0303,
                             .session_id = slice_of(session),
                             .certificate_count = certificate != NULL,
                             .certificate = certificate};

    analysis_tls(capture.analysis, &tls);
}

static void open_tls(int64_t stream, const char *client)
{
    capture.stream = stream;
    next_frame(MILLISECOND);
    segment(client, "198.51.100.5:5061", TCP_SYN);
    analysis_end_frame(capture.analysis);
    next_frame(MILLISECOND);
    segment("198.51.100.5:5061", client, TCP_SYN | TCP_ACK);
}

/* Behind the certificate that a client shows on this connection comes what a session had. */
static void test_resumed_with_certificate(void)
{
    static const char server[] = "198.51.100.5:5061";
    static const struct slice names[] = {{"one.example.com", 15}, {"two.example.com", 15}};
    const struct tls_certificate one = {true, NULL, &names[0], 0, 1, {NULL, 0}};
    const struct tls_certificate two = {true, NULL, &names[1], 0, 1, {NULL, 0}};
    const struct connection_record *connection;

    capture_begin(TRANSPORT_TLS, false);
    open_tls(0, CLIENT);
    feed_tls(CLIENT, TLS_EVENT_CLIENT_HELLO, NULL, NULL);
    feed_tls(server, TLS_EVENT_SERVER_HELLO, "session", NULL);
    feed_tls(server, TLS_EVENT_CERTIFICATE, NULL, &one);
    feed_tls(CLIENT, TLS_EVENT_CERTIFICATE, NULL, &one);
    feed_tls(CLIENT, TLS_EVENT_CERTIFICATE_VERIFY, NULL, NULL);
    feed_tls(CLIENT, TLS_EVENT_FINISHED, NULL, NULL);
    analysis_end_frame(capture.analysis);
    open_tls(1, "192.0.2.1:40001");
    feed_tls("192.0.2.1:40001", TLS_EVENT_CLIENT_HELLO, "session", NULL);
    feed_tls(server, TLS_EVENT_SERVER_HELLO, "session", NULL);
    feed_tls("192.0.2.1:40001", TLS_EVENT_CERTIFICATE, NULL, &two);
    feed_tls("192.0.2.1:40001", TLS_EVENT_FINISHED, NULL, NULL);
    analysis_end_frame(capture.analysis);
    connection = g_ptr_array_index(analysis_connections(capture.analysis), 1);
    g_assert_nonnull(connection->client_identities);
    g_assert_cmpstr(g_ptr_array_index(connection->client_identities, 0), ==, "two.example.com");
    g_assert_cmpstr(g_ptr_array_index(connection->server_identities, 0), ==, "one.example.com");
    capture_end();
}

/* ---- cut packets ------------------------------------------------------------------------------- */

static unsigned findings_of(const char *id)
{
    unsigned count = 0;

    for (int rule = 0; rule < RULE_COUNT; rule++) {
        if (strcmp(rule_get((enum rule_id)rule)->id, id) == 0) {
            count = analysis_summary(capture.analysis).findings[rule];
        }
    }
    return count;
}

/* A segment that carries data, cut or whole. */
static void data_segment(const char *from, const char *to, bool cut)
{
    next_frame(MILLISECOND);
    segment(from, to, TCP_ACK | (cut ? TCP_CUT : 0));
}

static void open_tcp(void)
{
    next_frame(0);
    segment(CLIENT, SERVER, TCP_SYN);
    analysis_end_frame(capture.analysis);
    next_frame(MILLISECOND);
    segment(SERVER, CLIENT, TCP_SYN | TCP_ACK);
    analysis_end_frame(capture.analysis);
}

/* Without its headers nobody can tell what a request still waits for when its connection closes. */
static void test_cut_then_closed(void)
{
    for (int cut = 0; cut < 2; cut++) {
        capture_begin(TRANSPORT_TCP, false);
        open_tcp();
        data_segment(CLIENT, SERVER, cut);
        feed_text(CLIENT, SERVER, "OPTIONS sip:b@example.com SIP/2.0\r\nVia: SIP/2.0/TCP 192.0");
        analysis_end_frame(capture.analysis);
        next_frame(MILLISECOND);
        segment(CLIENT, SERVER, TCP_FIN | TCP_ACK);
        analysis_end_frame(capture.analysis);
        g_assert_cmpuint(findings_of("conn-closed-early"), ==, cut ? 0 : 1);
        capture_end();
    }
}

/* The answer may have been complete on the wire. */
static void test_cut_answer(void)
{
    for (int cut = 0; cut < 2; cut++) {
        capture_begin(TRANSPORT_TCP, false);
        open_tcp();
        data_segment(CLIENT, SERVER, false);
        feed_request(CLIENT, SERVER, "TCP 192.0.2.1:40000", 1, 1, "");
        analysis_end_frame(capture.analysis);
        data_segment(SERVER, CLIENT, cut);
        feed_text(SERVER, CLIENT, "SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP 192.0.2.1:40000;branch=z9h");
        analysis_end_frame(capture.analysis);
        next_frame(MILLISECOND);
        segment(SERVER, CLIENT, TCP_FIN | TCP_ACK);
        analysis_end_frame(capture.analysis);
        g_assert_cmpuint(findings_of("conn-closed-pending"), ==, cut ? 0 : 1);
        capture_end();
    }
}

/* What was registered or offered on a connection may be in what is missing. */
static void test_cut_backward(void)
{
    for (int cut = 0; cut < 2; cut++) {
        capture_begin(TRANSPORT_TCP, false);
        open_tcp();
        data_segment(CLIENT, SERVER, cut);
        feed_request(CLIENT, SERVER, "TCP 192.0.2.1:40000", 1, 1, "");
        analysis_end_frame(capture.analysis);
        data_segment(SERVER, CLIENT, false);
        feed_request(SERVER, CLIENT, "TCP 198.51.100.5:5060", 2, 2, "");
        analysis_end_frame(capture.analysis);
        g_assert_cmpuint(findings_of("reuse-no-tls"), ==, cut ? 0 : 1);
        capture_end();
    }
}

/* A header that was not captured may have advertised the address that takes no connection. */
static void test_cut_then_refused(void)
{
    for (int cut = 0; cut < 2; cut++) {
        capture_begin(TRANSPORT_TCP, false);
        next_frame(0);
        if (cut) {
            analysis_packet_cut(capture.analysis);
        }
        analysis_end_frame(capture.analysis);
        next_frame(MILLISECOND);
        segment(CLIENT, SERVER, TCP_SYN);
        analysis_end_frame(capture.analysis);
        next_frame(MILLISECOND);
        segment(SERVER, CLIENT, TCP_RST | TCP_ACK);
        analysis_end_frame(capture.analysis);
        g_assert_cmpuint(findings_of("conn-request-refused"), ==, cut ? 0 : 1);
        capture_end();
    }
}

/* That it cannot be reached, by design, may be in what is missing of the header. */
static void test_cut_advertised(void)
{
    for (int cut = 0; cut < 2; cut++) {
        capture_begin(TRANSPORT_UDP, false);
        next_frame(0);
        feed_request(CLIENT, SERVER, "UDP 192.0.2.1:40000", 1, 1,
                     "Contact: <sip:a@192.0.2.1:5070;transport=tcp>\r\n");
        if (cut) {
            analysis_packet_cut(capture.analysis);
        }
        analysis_end_frame(capture.analysis);
        capture.stream = 0;
        next_frame(MILLISECOND);
        segment("198.51.100.5:33000", "192.0.2.1:5070", TCP_SYN);
        analysis_end_frame(capture.analysis);
        next_frame(MILLISECOND);
        segment("192.0.2.1:5070", "198.51.100.5:33000", TCP_RST | TCP_ACK);
        analysis_end_frame(capture.analysis);
        g_assert_cmpuint(findings_of("conn-advertised-refused"), ==, cut ? 0 : 1);
        capture_end();
    }
}

/* A frame of its own, so much later. */
static void feed_frame(int64_t delay, const char *from, const char *to, const char *text)
{
    next_frame(delay);
    feed_text(from, to, text);
    analysis_end_frame(capture.analysis);
}

/* A response that is not there as a whole may have stopped the client, or be the one acknowledged. */
static void test_cut_responses(void)
{
    static const char misrouted[] =
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;rport=40000;branch=z9hG4bK1\r\n"
        "To: <sip:b@example.com>;tag=t\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\r\n";
    static const char ack[] =
        "ACK sip:b@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bK1\r\n"
        "To: <sip:b@example.com>;tag=t\r\nCall-ID: 1\r\nCSeq: 1 ACK\r\n\r\n";
    g_autofree char *invite = request_text("INVITE", "UDP 192.0.2.1:5060;rport", 1, 1, "");

    for (int cut = 0; cut < 2; cut++) {
        capture_begin(TRANSPORT_UDP, false);
        next_frame(0);
        feed_text(CLIENT, SERVER, invite);
        if (cut) {
            analysis_packet_cut(capture.analysis);
        }
        analysis_end_frame(capture.analysis);
        feed_frame(MILLISECOND, SERVER, "192.0.2.1:5060", misrouted);
        feed_frame(500 * MILLISECOND, CLIENT, SERVER, invite);
        feed_frame(MILLISECOND, CLIENT, SERVER, ack);
        g_assert_cmpuint(findings_of("resp-rport-ignored"), ==, 1);
        g_assert_cmpuint(findings_of("resp-misroute-harm"), ==, cut ? 0 : 1);
        g_assert_cmpuint(findings_of("ack-2xx-same-branch"), ==, cut ? 0 : 1);
        capture_end();
    }
}

/* An INVITE goes on after its provisional response, of which the CSeq is not there. */
static void test_cut_provisional(void)
{
    g_autofree char *invite = request_text("INVITE", "UDP 192.0.2.1:40000;rport", 1, 1, "");

    for (int cut = 0; cut < 2; cut++) {
        capture_begin(TRANSPORT_UDP, false);
        feed_frame(0, CLIENT, SERVER, invite);
        next_frame(MILLISECOND);
        if (cut) {
            analysis_packet_cut(capture.analysis);
        }
        feed_text(SERVER, CLIENT,
                  "SIP/2.0 183 Progress\r\nVia: SIP/2.0/UDP 192.0.2.1:40000;branch=z9hG4bK1\r\n");
        analysis_end_frame(capture.analysis);
        feed_frame(40 * SECOND, CLIENT, SERVER, invite);
        g_assert_cmpuint(findings_of("branch-reuse"), ==, cut ? 0 : 1);
        capture_end();
    }
}

/* The ACK that seems to be missing may be the packet that is not there as a whole. */
static void test_cut_ack(void)
{
    static const char busy[] =
        "SIP/2.0 486 Busy Here\r\nVia: SIP/2.0/UDP 192.0.2.1:40000;rport=40000;branch=z9hG4bK1\r\n"
        "To: <sip:b@example.com>;tag=t\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\r\n";
    g_autofree char *invite = request_text("INVITE", "UDP 192.0.2.1:40000;rport", 1, 1, "");

    for (int cut = 0; cut < 2; cut++) {
        capture_begin(TRANSPORT_UDP, false);
        feed_frame(0, CLIENT, SERVER, invite);
        feed_frame(MILLISECOND, SERVER, CLIENT, busy);
        next_frame(MILLISECOND);
        if (cut) {
            analysis_packet_cut(capture.analysis);
        }
        analysis_end_frame(capture.analysis);
        feed_frame(500 * MILLISECOND, SERVER, CLIENT, busy);
        next_frame(60 * SECOND);
        analysis_end_frame(capture.analysis);
        g_assert_cmpuint(findings_of("ack-missing"), ==, cut ? 0 : 1);
        capture_end();
    }
}

/* ---- masses ----------------------------------------------------------------------------------- */

/* "first" and then count times "part" with a number. */
static char *many(const char *first, const char *part, unsigned count)
{
    GString *text = g_string_new(first);

    for (unsigned i = 0; i < count; i++) {
        g_string_append_printf(text, part, i);
    }
    return g_string_free(text, FALSE);
}

/* The parameters of two Vias are compared each with each: only the first ones are kept. */
static void test_via_params(void)
{
    g_autofree char *text = many("SIP/2.0/UDP 192.0.2.1", ";p%u", 1000);
    g_autofree char *all = g_strconcat(text, ";received=203.0.113.9;branch=z9hG4bKx", NULL);
    struct slice list = slice_of(all);
    struct slice params, name;
    struct via_param param;
    struct via via;
    unsigned count = 0;

    g_assert_true(via_parse(&list, &via));
    for (params = via.params; via_param_next(&params, &name, &param); count++) {
    }
    g_assert_cmpuint(count, <=, 64);
    g_assert_true(via_param_find(&via, "p0").present);
    /* What routing rests on is read wherever it stands. */
    g_assert_true(via.received.present);
    g_assert_true(slice_is(via.branch, "z9hG4bKx"));
}

/* In a datagram of the longest kind, in the request and in its response. */
static void test_via_params_exchange(void)
{
    g_autofree char *params = many("", ";p%u", 8000);
    g_autofree char *via = g_strconcat("UDP 192.0.2.1:40000;rport", params, NULL);
    g_autofree char *response =
        g_strdup_printf("SIP/2.0 200 OK\r\nVia: SIP/2.0/%s;branch=z9hG4bK1\r\n"
                        "Call-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n",
                        via);

    capture_begin(TRANSPORT_UDP, false);
    next_frame(0);
    feed_request(CLIENT, SERVER, via, 1, 1, "");
    analysis_end_frame(capture.analysis);
    next_frame(MILLISECOND);
    feed_text(SERVER, CLIENT, response);
    analysis_end_frame(capture.analysis);
    g_assert_cmpuint(analysis_summary(capture.analysis).verdicts[VERDICT_SYMMETRIC_RPORT] +
                         analysis_summary(capture.analysis).verdicts[VERDICT_VIA_SENT_BY] +
                         analysis_summary(capture.analysis).verdicts[VERDICT_RPORT_AS_SENT],
                     ==, 1);
    capture_end();
}

static void test_vias(void)
{
    g_autofree char *lines =
        many("", "Via: SIP/2.0/UDP p.example.com;branch=z9hG4bKp%u,,\r\n", 10000);

    capture_begin(TRANSPORT_UDP, false);
    next_frame(0);
    feed_request(CLIENT, SERVER, "UDP 192.0.2.1:40000", 1, 1, lines);
    analysis_end_frame(capture.analysis);
    g_assert_cmpuint(analysis_messages(capture.analysis)->len, ==, 1);
    capture_end();
}

static void test_headers(void)
{
    static const char *const bombs[] = {"X%u:\r\n", "Contact: <sip:a%u>,\r\n", " folded %u\r\n",
                                        "Supported: a,\t,%u\r\n", "To: \"%u\r\n"};

    capture_begin(TRANSPORT_UDP, false);
    for (size_t i = 0; i < G_N_ELEMENTS(bombs); i++) {
        g_autofree char *lines = many("Subject: x\r\n", bombs[i], 5000);

        next_frame(MILLISECOND);
        feed_request(CLIENT, SERVER, "UDP 192.0.2.1:40000", (unsigned)i, (unsigned)i, lines);
        analysis_end_frame(capture.analysis);
    }
    g_assert_cmpuint(analysis_messages(capture.analysis)->len, ==, G_N_ELEMENTS(bombs));
    capture_end();
}

/* One branch of many transactions is one finding with a count. */
static void test_one_branch(void)
{
    enum { COUNT = 5000 };

    capture_begin(TRANSPORT_UDP, false);
    for (unsigned i = 0; i < COUNT; i++) {
        next_frame(MILLISECOND);
        feed_request(CLIENT, SERVER, "UDP 192.0.2.1:40000", 1, i, "");
        analysis_end_frame(capture.analysis);
    }
    g_assert_cmpuint(analysis_summary(capture.analysis).transactions, ==, COUNT);
    g_assert_cmpuint(finding_of("branch-reuse")->count, ==, COUNT - 1);
    g_assert_cmpuint(finding_of("branch-reuse")->related_count, <=, 8);
    g_assert_cmpuint(analysis_findings(capture.analysis)->len, <, COUNT + 10);
    capture_end();
}

/* The same request from ever new addresses, and ever new answers to it. */
static void test_hops(void)
{
    g_autofree char *request =
        request_text("OPTIONS", "UDP 192.0.2.1:40000", 1, 1, "Content-Length: 0\r\n");

    capture_begin(TRANSPORT_UDP, false);
    for (unsigned i = 0; i < 2000; i++) {
        g_autofree char *from = g_strdup_printf("192.0.2.1:%u", 10000 + i);
        g_autofree char *response =
            g_strdup_printf("SIP/2.0 %u Reason\r\nVia: SIP/2.0/UDP 192.0.2.1:40000;"
                            "branch=z9hG4bK1\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nX: %u\r\n\r\n",
                            200 + i % 400, i);

        next_frame(MILLISECOND);
        feed_text(from, SERVER, request);
        feed_text(SERVER, from, response);
        analysis_end_frame(capture.analysis);
    }
    g_assert_cmpuint(analysis_summary(capture.analysis).transactions, ==, 1);
    g_assert_cmpuint(analysis_findings(capture.analysis)->len, <, RULE_COUNT);
    capture_end();
}

/*
 * One connection with thousands of requests that are never answered, each with an alias, a Contact
 * with ;ob and a registration of its own, and a reset after each of them.
 */
static void test_one_connection(void)
{
    enum { COUNT = 2000 };
    const struct connection_record *connection;

    capture_begin(TRANSPORT_TLS, false);
    next_frame(0);
    segment(CLIENT, SERVER, TCP_SYN);
    analysis_end_frame(capture.analysis);
    for (unsigned i = 0; i < COUNT; i++) {
        g_autofree char *via = g_strdup_printf("TLS h%u.example.com:%u;alias", i, i + 1);
        g_autofree char *more = g_strdup_printf("Contact: <sip:a%u@192.0.2.1;ob>;reg-id=1\r\n", i);
        g_autofree char *text = request_text(i % 2 ? "REGISTER" : "OPTIONS", via, i, i, more);
        bool back = i % 3 == 0;

        next_frame(MILLISECOND);
        segment(back ? SERVER : CLIENT, back ? CLIENT : SERVER,
                TCP_ACK | (i > COUNT / 2 ? TCP_RST : 0));
        feed_text(back ? SERVER : CLIENT, back ? CLIENT : SERVER, text);
        analysis_end_frame(capture.analysis);
    }
    g_assert_cmpuint(analysis_connections(capture.analysis)->len, ==, 1);
    connection = g_ptr_array_index(analysis_connections(capture.analysis), 0);
    g_assert_cmpuint(connection->forward_transactions + connection->backward_requests, ==, COUNT);
    g_assert_cmpuint(analysis_connection_events(connection)->len, <=, 20);
    g_assert_cmpuint(analysis_aliases(capture.analysis)->len, <=, 9);
    capture_end();
}

/* Each reset looks at all requests that wait: only the first ones are judged. */
static void test_resets(void)
{
    capture_begin(TRANSPORT_TCP, false);
    next_frame(0);
    segment(CLIENT, SERVER, TCP_SYN);
    analysis_end_frame(capture.analysis);
    next_frame(MILLISECOND);
    segment(SERVER, CLIENT, TCP_SYN | TCP_ACK);
    analysis_end_frame(capture.analysis);
    next_frame(MILLISECOND);
    segment(CLIENT, SERVER, TCP_ACK);
    feed_request(CLIENT, SERVER, "TCP 192.0.2.1:40000", 1, 1, "");
    analysis_end_frame(capture.analysis);
    next_frame(40 * SECOND);
    segment(CLIENT, SERVER, TCP_FIN | TCP_ACK);
    analysis_end_frame(capture.analysis);
    next_frame(SECOND);
    feed_request(SERVER, CLIENT, "TCP 198.51.100.5:5060", 2, 2, "");
    analysis_end_frame(capture.analysis);
    for (unsigned i = 0; i < 1000; i++) {
        next_frame(MILLISECOND);
        segment(CLIENT, SERVER, TCP_RST);
        analysis_end_frame(capture.analysis);
    }
    g_assert_cmpuint(finding_of("conn-closed-pending")->count, >, 1);
    g_assert_cmpuint(finding_of("conn-closed-pending")->count, <, 20);
    capture_end();
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/hostile/nul-byte", test_nul_byte);
    g_test_add_func("/hostile/nul-byte-in-via", test_nul_byte_in_via);
    g_test_add_func("/hostile/hash-collisions", test_hash_collisions);
    g_test_add_func("/hostile/early-response-index", test_early_response_index);
    g_test_add_func("/hostile/early-response-same-frame", test_early_response_same_frame);
    g_test_add_func("/hostile/fragments-in-one-frame", test_fragments_in_one_frame);
    g_test_add_func("/hostile/resumed-with-certificate", test_resumed_with_certificate);
    g_test_add_func("/hostile/cut/then-closed", test_cut_then_closed);
    g_test_add_func("/hostile/cut/answer", test_cut_answer);
    g_test_add_func("/hostile/cut/backward", test_cut_backward);
    g_test_add_func("/hostile/cut/then-refused", test_cut_then_refused);
    g_test_add_func("/hostile/cut/advertised", test_cut_advertised);
    g_test_add_func("/hostile/cut/responses", test_cut_responses);
    g_test_add_func("/hostile/cut/provisional", test_cut_provisional);
    g_test_add_func("/hostile/cut/ack", test_cut_ack);
    g_test_add_func("/hostile/via-params", test_via_params);
    g_test_add_func("/hostile/via-params-exchange", test_via_params_exchange);
    g_test_add_func("/hostile/vias", test_vias);
    g_test_add_func("/hostile/headers", test_headers);
    g_test_add_func("/hostile/one-branch", test_one_branch);
    g_test_add_func("/hostile/hops", test_hops);
    g_test_add_func("/hostile/one-connection", test_one_connection);
    g_test_add_func("/hostile/resets", test_resets);
    return g_test_run();
}

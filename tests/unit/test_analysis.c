/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "analysis.h"

#define MILLISECOND INT64_C(1000000)
#define SECOND (1000 * MILLISECOND)
#define START (INT64_C(1700000000) * SECOND)

static struct endpoint at(const char *text)
{
    struct host_port host_port;

    g_assert_true(host_port_parse(slice_of(text), &host_port));
    return endpoint_make(&host_port.ip, host_port.port);
}

/* ---- a capture, packet by packet ----------------------------------------------------------- */

/*
 * A packet: a SIP message if method is set, else a TCP segment without one. What is 0 or NULL is the
 * usual: CSeq 1, Call-ID "call", To tag "t" in responses.
 */
struct packet {
    int64_t ms;
    enum transport wire;
    int64_t stream;
    const char *from, *to;
    unsigned events; /* TCP */
    unsigned status; /* response */
    const char *method;
    const char *via; /* top Via without "SIP/2.0/" */
    enum verdict verdict;
    const char *detail;
    const char *to_tag, *call_id, *more_headers;
    unsigned cseq;
    uint16_t ip_id;
    uint32_t sctp_tag;
};

static struct {
    struct analysis *analysis;
    uint32_t frame;
    const struct frame_record *shown; /* by the frame before */
} scene;

static void scene_begin(void)
{
    struct analysis_config config = analysis_config_default();

    scene.analysis = analysis_new(&config);
    scene.frame = 0;
}

static void scene_end(void)
{
    analysis_free(scene.analysis);
}

static char *packet_text(const struct packet *packet)
{
    const char *to_tag = packet->to_tag != NULL ? packet->to_tag : packet->status != 0 ? "t" : "";
    g_autofree char *first = packet->status != 0
                                 ? g_strdup_printf("SIP/2.0 %u Reason", packet->status)
                                 : g_strdup_printf("%s sip:b@example.com SIP/2.0", packet->method);

    return g_strdup_printf("%s\r\nVia: SIP/2.0/%s\r\nMax-Forwards: 70\r\n"
                           "From: <sip:a@example.com>;tag=f\r\nTo: <sip:b@example.com>%s%s\r\n"
                           "Call-ID: %s\r\nCSeq: %u %s\r\n%sContent-Length: 0\r\n\r\n",
                           first, packet->via, to_tag[0] ? ";tag=" : "", to_tag,
                           packet->call_id != NULL ? packet->call_id : "call",
                           packet->cseq ? packet->cseq : 1, packet->method,
                           packet->more_headers != NULL ? packet->more_headers : "");
}

static void feed(const struct packet *packet)
{
    g_autofree char *text = packet->method != NULL ? packet_text(packet) : NULL;
    struct packet_message message = {.transport = packet->wire,
                                     .stream = packet->stream,
                                     .src = at(packet->from),
                                     .dst = at(packet->to),
                                     .bytes = slice_of(text),
                                     .has_ip_id = packet->ip_id != 0,
                                     .ip_id = packet->ip_id,
                                     .has_sctp_tag = packet->sctp_tag != 0,
                                     .sctp_tag = packet->sctp_tag};

    analysis_begin_frame(scene.analysis, ++scene.frame, START + packet->ms * MILLISECOND);
    if (transport_is_tcp_based(packet->wire)) {
        struct packet_tcp tcp = {.stream = packet->stream,
                                 .src = message.src,
                                 .dst = message.dst,
                                 .events = packet->events != 0 ? packet->events : TCP_ACK,
                                 .payload_length = text != NULL ? (uint32_t)strlen(text) : 0,
                                 .sequence = 1u << 30, /* behind all that is acknowledged */
                                 .acknowledgment = scene.frame,
                                 .ttl = 64};

        analysis_tcp_segment(scene.analysis, &tcp);
    }
    if (text != NULL) {
        g_assert_true(analysis_message(scene.analysis, &message));
    }
    scene.shown = analysis_end_frame(scene.analysis);
}

/* The message of that frame, NULL if it has none. */
static const struct message_record *message_in(uint32_t frame)
{
    const GPtrArray *messages = analysis_messages(scene.analysis);

    for (unsigned i = 0; i < messages->len; i++) {
        const struct message_record *record = g_ptr_array_index(messages, i);

        if (record->frame == frame) {
            return record;
        }
    }
    return NULL;
}

/* About messages, C1 to C4 and C10; how connections are used has rules of its own. */
static bool rule_is_about_messages(enum rule_id rule)
{
    static const char *const sections[] = {"C1", "C2", "C3", "C4", "C10", NULL};

    return g_strv_contains(sections, rule_get(rule)->section);
}

/* Findings of at least that severity: "7 resp-late note, 9 …", .presumed behind the severity. */
static char *findings_text(enum severity least)
{
    const GPtrArray *findings = analysis_findings(scene.analysis);
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(findings, i);

        if (finding->severity >= least && rule_is_about_messages(finding->rule)) {
            g_string_append_printf(text, "%s%u %s %s%s", text->len > 0 ? ", " : "", finding->frame,
                                   rule_get(finding->rule)->id, severity_name(finding->severity),
                                   finding->presumed ? ".presumed" : "");
        }
    }
    return g_string_free(text, FALSE);
}

/* Feeds the packets to a new analysis and compares verdicts and findings; ends with from NULL. */
static void play(const struct packet *packets, const char *findings)
{
    g_autofree char *text = NULL;

    scene_begin();
    for (unsigned i = 0; packets[i].from != NULL; i++) {
        feed(&packets[i]);
    }
    for (unsigned i = 0; packets[i].from != NULL; i++) {
        const struct message_record *record = message_in(i + 1);

        if (packets[i].status != 0) {
            g_test_message("frame %u", i + 1);
            g_assert_cmpstr(verdict_name(record->verdict), ==, verdict_name(packets[i].verdict));
            if (packets[i].detail != NULL) {
                g_assert_cmpstr(record->detail, ==, packets[i].detail);
            }
        }
    }
    text = findings_text(SEVERITY_WARN);
    g_assert_cmpstr(text, ==, findings);
}

#define UDP TRANSPORT_UDP, -1
#define TCP(stream) TRANSPORT_TCP, stream
#define END                                                                                        \
    {                                                                                              \
        0                                                                                          \
    }

static const struct connection_record *connection(unsigned id)
{
    const GPtrArray *connections = analysis_connections(scene.analysis);

    g_assert_cmpuint(id, <=, connections->len);
    return g_ptr_array_index(connections, id - 1);
}

/* ---- whole exchanges over UDP -------------------------------------------------------------- */

#define NAT_VIA "UDP 10.1.1.1:4540;rport;branch=z9hG4bK1"
#define NAT_VIA_FILLED "UDP 10.1.1.1:4540;received=192.0.2.1;rport=9988;branch=z9hG4bK1"

/* F1, with all that the records tell. */
static void test_records_of_an_exchange(void)
{
    static const struct packet packets[] = {
        {0, UDP, "192.0.2.1:9988", "192.0.2.2:5060", .method = "INVITE", .via = NAT_VIA},
        {100, UDP, "192.0.2.2:5060", "192.0.2.1:9988", .status = 180, .method = "INVITE",
         .via = NAT_VIA_FILLED, .verdict = VERDICT_SYMMETRIC_RPORT},
        {1500, UDP, "192.0.2.2:5060", "192.0.2.1:9988", .status = 200, .method = "INVITE",
         .via = NAT_VIA_FILLED, .verdict = VERDICT_SYMMETRIC_RPORT},
        {2000, UDP, "192.0.2.2:5060", "192.0.2.1:9988", .status = 200, .method = "INVITE",
         .via = NAT_VIA_FILLED, .verdict = VERDICT_SYMMETRIC_RPORT},
        END,
    };
    const struct message_record *request, *response;
    struct summary_record summary;
    struct capture_record capture;
    char buffer[ENDPOINT_TEXT_SIZE];

    play(packets, "");
    request = message_in(1);
    g_assert_true(request->is_request);
    g_assert_cmpstr(request->method, ==, "INVITE");
    g_assert_cmpint(request->time, ==, START);
    g_assert_cmpint(request->transport, ==, TRANSPORT_UDP);
    g_assert_cmpuint(request->transaction, ==, 1);
    g_assert_cmpuint(request->response_frame, ==, 3);
    g_assert_cmpint(request->direction, ==, DIRECTION_NONE);
    g_assert_cmpint(request->verdict, ==, VERDICT_NONE);
    g_assert_cmpstr(request->via_text, ==, "SIP/2.0/" NAT_VIA);
    g_assert_null(request->connection);

    response = message_in(3);
    g_assert_false(response->is_request);
    g_assert_cmpuint(response->status, ==, 200);
    g_assert_cmpstr(response->method, ==, "INVITE");
    g_assert_cmpuint(response->transaction, ==, 1);
    g_assert_cmpuint(response->request_frame, ==, 1);
    g_assert_cmpint(response->response_time, ==, 1500 * MILLISECOND);
    g_assert_cmpint(response->basis, ==, VERDICT_NONE);
    g_assert_cmpstr(response->clause, ==, "RFC 3581 4");
    g_assert_cmpuint(response->expected_count, ==, 1);
    g_assert_cmpstr(destination_format(&response->expected[0], buffer), ==, "192.0.2.1:9988");
    g_assert_cmpuint(response->retransmission_of, ==, 0);
    g_assert_cmpuint(message_in(4)->retransmission_of, ==, 3);

    g_assert_cmpuint(scene.shown->frame, ==, 4);
    g_assert_cmpuint(scene.shown->message_count, ==, 1);
    g_assert_true(scene.shown->messages[0] == message_in(4));

    summary = analysis_summary(scene.analysis);
    g_assert_cmpuint(summary.transactions, ==, 1);
    g_assert_cmpuint(summary.responses, ==, 3);
    g_assert_cmpuint(summary.responses_judged, ==, 3);
    g_assert_cmpuint(summary.verdicts[VERDICT_SYMMETRIC_RPORT], ==, 3);
    g_assert_cmpuint(summary.findings[RULE_NAT_DETECTED], ==, 1);
    g_assert_cmpuint(summary.by_severity[SEVERITY_ERROR], ==, 0);
    capture = analysis_capture(scene.analysis);
    g_assert_cmpuint(capture.frames, ==, 4);
    g_assert_cmpuint(capture.sip_messages, ==, 4);
    g_assert_cmpint(capture.first_time, ==, START);
    g_assert_cmpint(capture.last_time, ==, START + 2 * SECOND);
    g_assert_cmpuint(capture.notes->len, ==, 0);
    scene_end();
}

/* F2: two misrouted responses, and the client that repeats its request. */
static void test_rport_ignored_with_harm(void)
{
    static const struct packet packets[] = {
        {0, UDP, "192.0.2.1:9988", "192.0.2.2:5060", .method = "INVITE", .via = NAT_VIA},
        {100, UDP, "192.0.2.2:5060", "192.0.2.1:4540", .status = 100, .method = "INVITE",
         .via = NAT_VIA_FILLED, .verdict = VERDICT_VIA_RECEIVED_PORT},
        {200, UDP, "192.0.2.2:5060", "10.1.1.1:4540", .status = 180, .method = "INVITE",
         .via = NAT_VIA_FILLED, .verdict = VERDICT_VIA_SENT_BY},
        {600, UDP, "192.0.2.1:9988", "192.0.2.2:5060", .method = "INVITE", .via = NAT_VIA},
        END,
    };
    const struct finding *harm;

    play(packets, "2 resp-rport-ignored error, 3 resp-received-ignored error, "
                  "4 resp-misroute-harm error");
    harm = g_ptr_array_index(analysis_findings(scene.analysis),
                             analysis_findings(scene.analysis)->len - 1);
    g_assert_cmpint(harm->rule, ==, RULE_RESP_MISROUTE_HARM);
    g_assert_cmpuint(harm->count, ==, 2); /* both responses */
    g_assert_cmpuint(message_in(4)->retransmission_of, ==, 1);
    scene_end();
}

/* F8, E25: both sides of a NAT in one file are one transaction with two hops. */
static void test_both_sides_of_a_nat(void)
{
    static const struct packet packets[] = {
        {0, UDP, "10.1.1.1:5060", "192.0.2.2:5060", .method = "REGISTER",
         .via = "UDP 10.1.1.1:5060;rport;branch=z9hG4bK1"},
        {1, UDP, "192.0.2.1:40001", "192.0.2.2:5060", .method = "REGISTER",
         .via = "UDP 10.1.1.1:5060;rport;branch=z9hG4bK1"},
        {20, UDP, "192.0.2.2:5060", "192.0.2.1:40001", .status = 200, .method = "REGISTER",
         .via = "UDP 10.1.1.1:5060;received=192.0.2.1;rport=40001;branch=z9hG4bK1",
         .verdict = VERDICT_SYMMETRIC_RPORT},
        {21, UDP, "192.0.2.2:5060", "10.1.1.1:5060", .status = 200, .method = "REGISTER",
         .via = "UDP 10.1.1.1:5060;received=192.0.2.1;rport=40001;branch=z9hG4bK1",
         .verdict = VERDICT_SYMMETRIC_RPORT},
        END,
    };

    play(packets, "");
    g_assert_cmpuint(analysis_summary(scene.analysis).transactions, ==, 1);
    g_assert_cmpuint(message_in(2)->retransmission_of, ==, 0);
    g_assert_cmpuint(message_in(3)->request_frame, ==, 2);
    g_assert_cmpuint(message_in(4)->request_frame, ==, 1);
    scene_end();
}

/* E9, E24: CANCEL, and a response after a retransmission. */
static void test_cancelled_call(void)
{
    static const struct packet packets[] = {
        {0, UDP, "192.0.2.1:5060", "192.0.2.2:5060", .method = "INVITE",
         .via = "UDP 192.0.2.1;branch=z9hG4bK1"},
        {500, UDP, "192.0.2.1:5060", "192.0.2.2:5060", .method = "INVITE",
         .via = "UDP 192.0.2.1;branch=z9hG4bK1"},
        {600, UDP, "192.0.2.2:5060", "192.0.2.1:5060", .status = 180, .method = "INVITE",
         .via = "UDP 192.0.2.1;branch=z9hG4bK1", .verdict = VERDICT_VIA_SENT_BY},
        {2000, UDP, "192.0.2.1:5060", "192.0.2.2:5060", .method = "CANCEL",
         .via = "UDP 192.0.2.1;branch=z9hG4bK1"},
        {2010, UDP, "192.0.2.2:5060", "192.0.2.1:5060", .status = 200, .method = "CANCEL",
         .via = "UDP 192.0.2.1;branch=z9hG4bK1", .verdict = VERDICT_VIA_SENT_BY},
        {2020, UDP, "192.0.2.2:5060", "192.0.2.1:5060", .status = 487, .method = "INVITE",
         .via = "UDP 192.0.2.1;branch=z9hG4bK1", .verdict = VERDICT_VIA_SENT_BY},
        {2030, UDP, "192.0.2.1:5060", "192.0.2.2:5060", .method = "ACK", .to_tag = "t",
         .via = "UDP 192.0.2.1;branch=z9hG4bK1"},
        END,
    };
    g_autofree char *findings = NULL;

    play(packets, "");
    findings = findings_text(SEVERITY_NOTE);
    g_assert_cmpstr(findings, ==, "");
    g_assert_cmpuint(message_in(3)->request_frame, ==, 2);
    g_assert_cmpint(message_in(3)->response_time, ==, 100 * MILLISECOND);
    g_assert_cmpuint(message_in(5)->request_frame, ==, 4);
    g_assert_cmpuint(message_in(6)->request_frame, ==, 2);
    g_assert_cmpuint(message_in(4)->response_frame, ==, 5);
    g_assert_cmpuint(message_in(1)->response_frame, ==, 6);
    g_assert_cmpuint(message_in(2)->response_frame, ==, 6);
    g_assert_cmpuint(message_in(7)->transaction, ==, message_in(1)->transaction);
    g_assert_cmpuint(message_in(4)->transaction, !=, message_in(1)->transaction);
    scene_end();
}

/* E23: a packet captured twice is one message. */
static void test_duplicates(void)
{
    static const struct packet packets[] = {
        {0, UDP, "192.0.2.1:9988", "192.0.2.2:5060", .method = "OPTIONS", .via = NAT_VIA,
         .ip_id = 7},
        {0, UDP, "192.0.2.1:9988", "192.0.2.2:5060", .method = "OPTIONS", .via = NAT_VIA,
         .ip_id = 7},
        {100, UDP, "192.0.2.2:5060", "192.0.2.1:9988", .status = 200, .method = "OPTIONS",
         .via = NAT_VIA_FILLED, .ip_id = 8, .verdict = VERDICT_SYMMETRIC_RPORT},
        {101, UDP, "192.0.2.2:5060", "192.0.2.1:9988", .status = 200, .method = "OPTIONS",
         .via = NAT_VIA_FILLED, .ip_id = 8, .verdict = VERDICT_SYMMETRIC_RPORT},
        END,
    };

    play(packets, "");
    g_assert_cmpuint(message_in(2)->duplicate_of, ==, 1);
    g_assert_cmpuint(message_in(2)->retransmission_of, ==, 0);
    g_assert_cmpuint(message_in(2)->transaction, ==, 1);
    g_assert_cmpuint(message_in(2)->response_frame, ==, 3);
    g_assert_cmpuint(message_in(4)->duplicate_of, ==, 3);
    g_assert_cmpuint(message_in(4)->request_frame, ==, 1);
    g_assert_cmpuint(message_in(4)->expected_count, ==, 1);
    g_assert_cmpuint(analysis_summary(scene.analysis).responses, ==, 1);
    g_assert_cmpuint(analysis_summary(scene.analysis).transactions, ==, 1);
    scene_end();
}

#define PLAIN_VIA "UDP 192.0.2.1;branch=z9hG4bK1"

/* E51: the response comes first, by the clock of another interface. */
static void test_early_response(void)
{
    static const struct packet packets[] = {
        {3, UDP, "192.0.2.2:5060", "192.0.2.1:5060", .status = 100, .method = "INVITE",
         .to_tag = "", .via = PLAIN_VIA, .verdict = VERDICT_VIA_SENT_BY},
        {4, UDP, "192.0.2.2:5060", "192.0.2.1:5060", .status = 486, .method = "INVITE",
         .via = PLAIN_VIA, .verdict = VERDICT_VIA_SENT_BY},
        {6, UDP, "192.0.2.1:5060", "192.0.2.2:5060", .method = "INVITE", .via = PLAIN_VIA},
        {9, UDP, "192.0.2.1:5060", "192.0.2.2:5060", .method = "ACK", .to_tag = "t",
         .via = PLAIN_VIA},
        {504, UDP, "192.0.2.2:5060", "192.0.2.1:5060", .status = 486, .method = "INVITE",
         .via = PLAIN_VIA, .verdict = VERDICT_VIA_SENT_BY},
        END,
    };
    g_autofree char *all = NULL;

    play(packets, "");
    all = findings_text(SEVERITY_CHAT);
    g_assert_cmpstr(all, ==, ""); /* resp-unmatched was taken back */
    g_assert_cmpuint(message_in(1)->request_frame, ==, 3);
    g_assert_cmpint(message_in(1)->response_time, ==, -3 * MILLISECOND);
    g_assert_cmpuint(message_in(2)->transaction, ==, message_in(3)->transaction);
    g_assert_cmpuint(message_in(3)->response_frame, ==, 2);
    g_assert_cmpuint(message_in(4)->transaction, ==, message_in(3)->transaction);
    g_assert_cmpuint(message_in(5)->retransmission_of, ==, 2);
    g_assert_cmpuint(analysis_summary(scene.analysis).transactions, ==, 1);
    g_assert_cmpuint(analysis_summary(scene.analysis).responses_judged, ==, 3);
    scene_end();
}

/* An early response is remembered with its To tag: the ACK is seen to be one for a 2xx. */
static void test_early_response_and_its_ack(void)
{
    static const struct packet packets[] = {
        {3, UDP, "192.0.2.2:5060", "192.0.2.1:5060", .status = 200, .method = "INVITE",
         .via = PLAIN_VIA, .verdict = VERDICT_VIA_SENT_BY},
        {6, UDP, "192.0.2.1:5060", "192.0.2.2:5060", .method = "INVITE", .via = PLAIN_VIA},
        {9, UDP, "192.0.2.1:5060", "192.0.2.2:5060", .method = "ACK", .to_tag = "t",
         .via = PLAIN_VIA},
        END,
    };
    play(packets, "3 ack-2xx-same-branch warn");
    scene_end();
}

/* The frame of the early response shows its finding no more. */
static void test_early_response_takes_marks_back(void)
{
    const struct packet response = {0,
                                    UDP,
                                    "192.0.2.2:5060",
                                    "192.0.2.9:5060",
                                    .status = 200,
                                    .method = "OPTIONS",
                                    .via = PLAIN_VIA};
    const struct packet request = {
        2, UDP, "192.0.2.1:5060", "192.0.2.2:5060", .method = "OPTIONS", .via = PLAIN_VIA};
    const struct frame_record *early;
    g_autofree char *findings = NULL;

    scene_begin();
    feed(&response);
    early = scene.shown;
    g_assert_cmpuint(early->mark_count, ==, 2);
    g_assert_cmpint(early->marks[0]->finding->rule, ==, RULE_RESP_UNMATCHED);
    g_assert_cmpint(early->marks[1]->finding->rule, ==, RULE_RESP_OWN_VIA_MISMATCH);
    feed(&request);
    g_assert_cmpuint(early->mark_count, ==, 0);
    g_assert_cmpint(message_in(1)->verdict, ==, VERDICT_WRONG_DESTINATION);
    findings = findings_text(SEVERITY_WARN);
    g_assert_cmpstr(findings, ==, "2 resp-wrong-destination error");
    scene_end();
}

/* F12, E27, B.4 */
static void test_unmatched(void)
{
    static const struct packet packets[] = {
        {0, UDP, "192.0.2.2:5060", "192.0.2.1:5060", .status = 200, .method = "INVITE",
         .via = "UDP 192.0.2.1:5060;received=192.0.2.1;rport=9988;branch=z9hG4bK1",
         .verdict = VERDICT_UNMATCHED, .detail = "inconsistent"},
        {1000, UDP, "192.0.2.2:5060", "192.0.2.1:9988", .status = 200, .method = "INVITE",
         .via = "UDP 192.0.2.1:5060;received=192.0.2.1;rport=9988;branch=z9hG4bK2",
         .verdict = VERDICT_UNMATCHED, .detail = "consistent"},
        {2000, UDP, "192.0.2.2:5060", "192.0.2.1:9988", .status = 200, .method = "INVITE",
         .via = "UDP pc.example.com;branch=z9hG4bK3", .verdict = VERDICT_UNMATCHED,
         .detail = "n/a"},
        /* more than the clock skew later: another sending of the request */
        {2100, UDP, "192.0.2.1:9988", "192.0.2.2:5060", .method = "INVITE",
         .via = "UDP pc.example.com;branch=z9hG4bK3"},
        END,
    };

    play(packets, "1 resp-own-via-mismatch warn");
    g_assert_cmpuint(message_in(4)->transaction, !=, message_in(3)->transaction);
    g_assert_cmpuint(analysis_summary(scene.analysis).verdicts[VERDICT_UNMATCHED], ==, 3);
    g_assert_cmpuint(analysis_summary(scene.analysis).responses_judged, ==, 0);
    g_assert_cmpuint(analysis_summary(scene.analysis).findings[RULE_RESP_UNMATCHED], ==, 3);
    g_assert_cmpuint(analysis_summary(scene.analysis).transactions, ==, 1);
    scene_end();
}

/* ---- ICMP, DNS, fragments ------------------------------------------------------------------ */

static void feed_icmp(int64_t ms, uint8_t code, const struct packet *quoted)
{
    g_autofree char *text = packet_text(quoted);
    struct packet_icmp icmp = {.type = 3,
                               .code = code,
                               .from = at("203.0.113.254:1").ip,
                               .src = at(quoted->from),
                               .dst = at(quoted->to),
                               .quoted = slice_of(text)};

    analysis_begin_frame(scene.analysis, ++scene.frame, START + ms * MILLISECOND);
    analysis_icmp_error(scene.analysis, &icmp);
    scene.shown = analysis_end_frame(scene.analysis);
}

/* E26: the quoted request is no message. */
static void test_icmp_about_a_request(void)
{
    const struct packet request = {
        0, UDP, "192.0.2.1:5060", "192.0.2.2:5060", .method = "OPTIONS", .via = PLAIN_VIA};
    g_autofree char *findings = NULL;

    scene_begin();
    feed(&request);
    feed_icmp(10, 3, &request);
    g_assert_nonnull(scene.shown);
    g_assert_cmpuint(scene.shown->message_count, ==, 0);
    g_assert_cmpuint(scene.shown->mark_count, ==, 1);
    g_assert_cmpint(scene.shown->marks[0]->message, ==, -1);
    findings = findings_text(SEVERITY_CHAT);
    g_assert_cmpstr(findings, ==, "2 icmp-request warn");
    g_assert_cmpuint(analysis_messages(scene.analysis)->len, ==, 1);
    scene_end();
}

/* E11: a response comes back undeliverable, then goes where sent-by leads. */
static void test_icmp_and_fallback(void)
{
    const char *via = "UDP 10.1.1.1:4540;received=192.0.2.1;branch=z9hG4bK1";
    const struct packet request = {0,
                                   UDP,
                                   "192.0.2.1:9988",
                                   "192.0.2.2:5060",
                                   .method = "OPTIONS",
                                   .via = "UDP 10.1.1.1:4540;branch=z9hG4bK1"};
    const struct packet first = {
        10,        UDP, "192.0.2.2:5060", "192.0.2.1:4540", .status = 200, .method = "OPTIONS",
        .via = via};
    const struct packet second = {
        30, UDP, "192.0.2.2:5060", "10.1.1.1:4540", .status = 200, .method = "OPTIONS", .via = via};
    g_autofree char *findings = NULL;

    scene_begin();
    feed(&request);
    feed(&first);
    feed_icmp(20, 3, &first);
    feed(&second);
    g_assert_cmpint(message_in(2)->verdict, ==, VERDICT_VIA_RECEIVED_PORT);
    g_assert_cmpint(message_in(4)->verdict, ==, VERDICT_VIA_SENT_BY);
    g_assert_cmpstr(message_in(4)->clause, ==, "RFC 3263 5");
    findings = findings_text(SEVERITY_WARN);
    g_assert_cmpstr(findings, ==, "3 icmp-response warn");
    scene_end();
}

/* DNS answers of the file tell what a name in sent-by stands for. */
static void test_dns(void)
{
    const struct packet request = {0,
                                   UDP,
                                   "192.0.2.1:9988",
                                   "192.0.2.2:5060",
                                   .method = "OPTIONS",
                                   .via = "UDP example.net;branch=z9hG4bK1"};
    const struct packet response = {10,
                                    UDP,
                                    "192.0.2.2:5060",
                                    "203.0.113.20:5099",
                                    .status = 200,
                                    .method = "OPTIONS",
                                    .via = "UDP example.net;branch=z9hG4bK1"};
    struct ip_address ip = at("203.0.113.20:1").ip;

    for (unsigned known = 0; known < 2; known++) {
        scene_begin();
        if (known) {
            analysis_begin_frame(scene.analysis, ++scene.frame, START);
            analysis_dns_service(scene.analysis, slice_of("_sip._udp.Example.NET"),
                                 slice_of("sip1.example.net"), 5099);
            analysis_dns_address(scene.analysis, slice_of("sip1.example.net"), &ip);
            analysis_dns_failure(scene.analysis, slice_of("other.example"));
            g_assert_null(analysis_end_frame(scene.analysis));
        }
        feed(&request);
        feed(&response);
        g_assert_cmpint(message_in(scene.frame)->verdict, ==, VERDICT_VIA_SENT_BY);
        g_assert_cmpstr(message_in(scene.frame)->detail, ==, known ? NULL : "unresolved");
        scene_end();
    }
}

static void feed_fragment(int64_t ms, const char *text)
{
    struct packet_fragment fragment = {
        .src = at("192.0.2.1:5060"), .dst = at("192.0.2.2:5060"), .id = 7, .bytes = slice_of(text)};

    analysis_begin_frame(scene.analysis, ++scene.frame, START + ms * MILLISECOND);
    analysis_fragment(scene.analysis, &fragment);
    scene.shown = analysis_end_frame(scene.analysis);
}

static void test_fragments(void)
{
    const struct packet later = {70000,
                                 UDP,
                                 "192.0.2.7:5060",
                                 "192.0.2.2:5060",
                                 .method = "OPTIONS",
                                 .via = "UDP 192.0.2.7;branch=z9hG4bK7"};
    static const struct {
        const char *what, *text;
        bool complete;
        unsigned findings; /* of udp-fragmented at warn */
    } cases[] = {
        {"never completed", "INVITE sip:b@example.com SIP/2.0\r\nVia: ", false, 1},
        {"completed", "INVITE sip:b@example.com SIP/2.0\r\nVia: ", true, 0},
        {"no SIP", "nonsense", false, 0},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *findings = NULL;

        g_test_message("%s", cases[i].what);
        scene_begin();
        feed_fragment(0, cases[i].text);
        g_assert_null(scene.shown);
        if (cases[i].complete) {
            const struct packet whole = {
                1, UDP, "192.0.2.1:5060", "192.0.2.2:5060", .method = "INVITE", .via = PLAIN_VIA};
            g_autofree char *text = packet_text(&whole);
            struct packet_message message = {.transport = TRANSPORT_UDP,
                                             .stream = -1,
                                             .src = at(whole.from),
                                             .dst = at(whole.to),
                                             .bytes = slice_of(text),
                                             .fragments = 2};

            analysis_begin_frame(scene.analysis, ++scene.frame, START + MILLISECOND);
            g_assert_true(analysis_message(scene.analysis, &message));
            analysis_end_frame(scene.analysis);
        }
        feed(&later);
        findings = findings_text(SEVERITY_WARN);
        g_assert_cmpstr(findings, ==, cases[i].findings ? "2 udp-fragmented warn" : "");
        scene_end();
    }
}

/* ---- whole exchanges over TCP and SCTP ------------------------------------------------------ */

#define TCP_VIA "TCP 192.0.2.1:5060;rport;branch=z9hG4bK1"
#define TCP_VIA_FILLED "TCP 192.0.2.1:5060;received=192.0.2.1;rport=40001;branch=z9hG4bK1"
#define CLIENT_1 "192.0.2.1:40001"
#define SERVER "192.0.2.2:5060"
#define SERVER_2 "192.0.2.2:38111"
#define LISTENER "192.0.2.1:5060"

/* F5: the ACK of the client proves that its connection was open. */
static void test_new_connection_while_open(void)
{
    static const struct packet packets[] = {
        {0, TCP(0), CLIENT_1, SERVER, .events = TCP_SYN},
        {1, TCP(0), SERVER, CLIENT_1, .events = TCP_SYN | TCP_ACK},
        {100, TCP(0), CLIENT_1, SERVER, .method = "INVITE", .via = TCP_VIA},
        {200, TCP(0), SERVER, CLIENT_1, .status = 100, .method = "INVITE", .to_tag = "",
         .via = TCP_VIA_FILLED, .verdict = VERDICT_SAME_CONNECTION},
        {3000, TCP(1), SERVER_2, LISTENER, .events = TCP_SYN},
        {3001, TCP(1), LISTENER, SERVER_2, .events = TCP_SYN | TCP_ACK},
        {3100, TCP(1), SERVER_2, LISTENER, .status = 200, .method = "INVITE", .via = TCP_VIA_FILLED,
         .verdict = VERDICT_NEW_CONNECTION_WHILE_OPEN},
        {3200, TCP(0), CLIENT_1, SERVER, .method = "ACK", .to_tag = "t",
         .via = "TCP 192.0.2.1:5060;rport;branch=z9hG4bKack"},
        END,
    };
    char buffer[ENDPOINT_TEXT_SIZE];

    play(packets, "8 resp-other-connection error");
    g_assert_cmpuint(connection(1)->opened_frame, ==, 1);
    g_assert_cmpint(connection(1)->evidence, ==, EVIDENCE_CERTAIN);
    g_assert_cmphex(connection_record_classes(connection(1)), ==, CONNECTION_SINGLE_TRANSACTION);
    g_assert_cmphex(connection_record_classes(connection(2)), ==, CONNECTION_RESPONSE_DELIVERY);
    g_assert_true(message_in(7)->connection == connection(2));
    g_assert_cmpint(message_in(3)->direction, ==, DIRECTION_FORWARD);
    g_assert_cmpstr(destination_format(&message_in(7)->expected[0], buffer), ==, "tcp stream 0");
    g_assert_cmpuint(analysis_summary(scene.analysis).classes[1], ==, 1);
    g_assert_cmpuint(analysis_summary(scene.analysis).classes[4], ==, 1);
    scene_end();
}

/* Without that ACK, or with one that was sent before, it stays a presumption. */
static void test_open_presumed(void)
{
    static const struct packet packets[] = {
        {0, TCP(0), CLIENT_1, SERVER, .events = TCP_SYN},
        {1, TCP(0), SERVER, CLIENT_1, .events = TCP_SYN | TCP_ACK},
        {100, TCP(0), CLIENT_1, SERVER, .method = "OPTIONS", .via = TCP_VIA},
        {3000, TCP(1), SERVER_2, LISTENER, .events = TCP_SYN},
        {3001, TCP(1), LISTENER, SERVER_2, .events = TCP_SYN | TCP_ACK},
        {3100, TCP(1), SERVER_2, LISTENER, .status = 200, .method = "OPTIONS",
         .via = TCP_VIA_FILLED, .verdict = VERDICT_NEW_CONNECTION_WHILE_OPEN},
        {3200, TCP(0), CLIENT_1, SERVER, .events = TCP_ACK | TCP_RETRANSMISSION},
        {3300, TCP(0), SERVER, CLIENT_1, .events = TCP_ACK},
        {3400, TCP(0), CLIENT_1, SERVER, .events = TCP_RST},
        END,
    };

    play(packets, "6 resp-other-connection warn.presumed");
    scene_end();
}

/* F6, E50: the client closed first. */
static void test_client_closed_first(void)
{
    static const struct packet packets[] = {
        {0, TCP(0), CLIENT_1, SERVER, .events = TCP_SYN},
        {1, TCP(0), SERVER, CLIENT_1, .events = TCP_SYN | TCP_ACK},
        {100, TCP(0), CLIENT_1, SERVER, .method = "INVITE",
         .via = "TCP 192.0.2.1:5070;rport;branch=z9hG4bK1"},
        {1000, TCP(0), CLIENT_1, SERVER, .events = TCP_RST},
        {3000, TCP(1), SERVER_2, "192.0.2.1:5070", .events = TCP_SYN},
        {3001, TCP(1), "192.0.2.1:5070", SERVER_2, .events = TCP_SYN | TCP_ACK},
        {3100, TCP(1), SERVER_2, "192.0.2.1:5070", .status = 180, .method = "INVITE",
         .via = "TCP 192.0.2.1:5070;received=192.0.2.1;rport=40001;branch=z9hG4bK1",
         .verdict = VERDICT_NEW_CONNECTION_AFTER_CLOSE, .detail = "sent-by"},
        {4000, TCP(2), "192.0.2.2:38112", CLIENT_1, .events = TCP_SYN},
        {4001, TCP(2), CLIENT_1, "192.0.2.2:38112", .events = TCP_SYN | TCP_ACK},
        {4100, TCP(2), "192.0.2.2:38112", CLIENT_1, .status = 200, .method = "INVITE",
         .via = "TCP 192.0.2.1:5070;received=192.0.2.1;rport=40001;branch=z9hG4bK1",
         .verdict = VERDICT_WRONG_DESTINATION},
        END,
    };
    struct endpoint client = at(CLIENT_1);

    play(packets, "10 resp-stream-to-rport warn");
    g_assert_cmpint(connection(1)->close, ==, CLOSE_RST);
    g_assert_cmpuint(connection(1)->closed_frame, ==, 4);
    g_assert_true(endpoint_equal(&connection(1)->closed_by, &client));
    g_assert_cmphex(connection_record_classes(connection(2)), ==, CONNECTION_RESPONSE_DELIVERY);
    scene_end();
}

/* E5: either route is right once the client has half-closed. */
static void test_half_close(void)
{
    static const struct packet same[] = {
        {0, TCP(0), CLIENT_1, SERVER, .events = TCP_SYN},
        {1, TCP(0), SERVER, CLIENT_1, .events = TCP_SYN | TCP_ACK},
        {100, TCP(0), CLIENT_1, SERVER, .events = TCP_ACK | TCP_FIN, .method = "OPTIONS",
         .via = TCP_VIA},
        {200, TCP(0), SERVER, CLIENT_1, .status = 200, .method = "OPTIONS", .via = TCP_VIA_FILLED,
         .verdict = VERDICT_SAME_CONNECTION},
        END,
    };
    static const struct packet other[] = {
        {0, TCP(0), CLIENT_1, SERVER, .events = TCP_SYN},
        {1, TCP(0), SERVER, CLIENT_1, .events = TCP_SYN | TCP_ACK},
        {100, TCP(0), CLIENT_1, SERVER, .events = TCP_ACK | TCP_FIN, .method = "OPTIONS",
         .via = TCP_VIA},
        {3000, TCP(1), SERVER_2, LISTENER, .events = TCP_SYN},
        {3001, TCP(1), LISTENER, SERVER_2, .events = TCP_SYN | TCP_ACK},
        {3100, TCP(1), SERVER_2, LISTENER, .status = 200, .method = "OPTIONS",
         .via = TCP_VIA_FILLED, .verdict = VERDICT_NEW_CONNECTION_AFTER_CLOSE, .detail = "sent-by"},
        END,
    };

    play(same, "");
    scene_end();
    play(other, "");
    scene_end();
    /* The capture began behind the SYN: the FIN stands in the first packet seen. */
    play(other + 2, "");
    scene_end();
}

/* A FIN takes effect behind the messages of its own segment. */
static void test_close_behind_the_message(void)
{
    static const struct packet packets[] = {
        {0, TCP(0), CLIENT_1, SERVER, .events = TCP_SYN},
        {1, TCP(0), SERVER, CLIENT_1, .events = TCP_SYN | TCP_ACK},
        {100, TCP(0), CLIENT_1, SERVER, .method = "OPTIONS", .via = TCP_VIA},
        {200, TCP(0), SERVER, CLIENT_1, .events = TCP_ACK | TCP_FIN, .status = 200,
         .method = "OPTIONS", .via = TCP_VIA_FILLED, .verdict = VERDICT_SAME_CONNECTION},
        END,
    };

    play(packets, "");
    g_assert_true(scene.shown->connection_event == connection(1));
    g_assert_cmpint(connection(1)->close, ==, CLOSE_FIN);
    scene_end();
}

/* E6 and E7: the client comes back, with and without its request. */
static void test_client_reconnects(void)
{
    static const struct packet packets[] = {
        {0, TCP(0), CLIENT_1, SERVER, .events = TCP_SYN},
        {1, TCP(0), SERVER, CLIENT_1, .events = TCP_SYN | TCP_ACK},
        {100, TCP(0), CLIENT_1, SERVER, .method = "OPTIONS", .via = TCP_VIA},
        {150, TCP(0), CLIENT_1, SERVER, .method = "OPTIONS", .cseq = 2,
         .via = "TCP 192.0.2.1:5060;rport;branch=z9hG4bK2"},
        {1000, TCP(0), CLIENT_1, SERVER, .events = TCP_RST},
        {2000, TCP(1), "192.0.2.1:40002", SERVER, .events = TCP_SYN},
        {2001, TCP(1), SERVER, "192.0.2.1:40002", .events = TCP_SYN | TCP_ACK},
        {2100, TCP(1), "192.0.2.1:40002", SERVER, .method = "OPTIONS", .via = TCP_VIA},
        {2200, TCP(1), SERVER, "192.0.2.1:40002", .status = 200, .method = "OPTIONS",
         .via = "TCP 192.0.2.1:5060;received=192.0.2.1;rport=40002;branch=z9hG4bK1",
         .verdict = VERDICT_SAME_CONNECTION},
        {2300, TCP(1), SERVER, "192.0.2.1:40002", .status = 200, .method = "OPTIONS", .cseq = 2,
         .via = "TCP 192.0.2.1:5060;received=192.0.2.1;rport=40001;branch=z9hG4bK2",
         .verdict = VERDICT_NEW_CONNECTION_AFTER_CLOSE, .detail = "client-reconnected"},
        END,
    };
    g_autofree char *notes = NULL;

    play(packets, "");
    notes = findings_text(SEVERITY_NOTE);
    g_assert_cmpstr(notes, ==, "10 resp-new-connection-after-close note");
    scene_end();
}

/* E21: where a segment is missing, so may be the close. */
static void test_gap(void)
{
    static const struct packet packets[] = {
        {0, TCP(0), CLIENT_1, SERVER, .events = TCP_SYN},
        {1, TCP(0), SERVER, CLIENT_1, .events = TCP_SYN | TCP_ACK},
        {100, TCP(0), CLIENT_1, SERVER, .events = TCP_ACK | TCP_GAP, .method = "OPTIONS",
         .via = TCP_VIA},
        {3000, TCP(1), SERVER_2, LISTENER, .events = TCP_SYN},
        {3100, TCP(1), SERVER_2, LISTENER, .status = 200, .method = "OPTIONS",
         .via = TCP_VIA_FILLED, .verdict = VERDICT_OTHER_CONNECTION_UNKNOWN},
        END,
    };

    play(packets, "");
    g_assert_cmpuint(analysis_summary(scene.analysis).responses_judged, ==, 0);
    scene_end();
}

/* F7 */
static void test_wrong_transport(void)
{
    static const struct packet packets[] = {
        {0, TCP(0), CLIENT_1, SERVER, .events = TCP_SYN},
        {100, TCP(0), CLIENT_1, SERVER, .method = "OPTIONS", .via = TCP_VIA},
        {200, UDP, SERVER, LISTENER, .status = 200, .method = "OPTIONS", .via = TCP_VIA,
         .verdict = VERDICT_WRONG_TRANSPORT},
        END,
    };

    play(packets, "3 resp-wrong-transport error");
    scene_end();
}

/* E49 (digest), D.2, and requests of the other side. */
static void test_classes(void)
{
    static const struct packet packets[] = {
        {0, TCP(0), CLIENT_1, SERVER, .events = TCP_SYN},
        {1, TCP(0), SERVER, CLIENT_1, .events = TCP_SYN | TCP_ACK},
        {100, TCP(0), CLIENT_1, SERVER, .method = "OPTIONS", .via = TCP_VIA},
        {200, TCP(0), SERVER, CLIENT_1, .status = 401, .method = "OPTIONS", .via = TCP_VIA_FILLED,
         .verdict = VERDICT_SAME_CONNECTION},
        {300, TCP(0), CLIENT_1, SERVER, .method = "OPTIONS", .cseq = 2,
         .via = "TCP 192.0.2.1:5060;rport;branch=z9hG4bK2"},
        {400, TCP(0), SERVER, CLIENT_1, .status = 200, .method = "OPTIONS", .cseq = 2,
         .via = "TCP 192.0.2.1:5060;received=192.0.2.1;rport=40001;branch=z9hG4bK2",
         .verdict = VERDICT_SAME_CONNECTION},
        {500, TCP(0), SERVER, CLIENT_1, .method = "OPTIONS", .call_id = "back",
         .via = "TCP 192.0.2.2;branch=z9hG4bKb"},
        {600, TCP(0), CLIENT_1, SERVER, .status = 200, .method = "OPTIONS", .call_id = "back",
         .via = "TCP 192.0.2.2;branch=z9hG4bKb", .verdict = VERDICT_SAME_CONNECTION},
        END,
    };

    play(packets, "");
    g_assert_cmphex(connection_record_classes(connection(1)), ==,
                    CONNECTION_PERSISTENT | CONNECTION_REUSE);
    g_assert_cmpuint(connection(1)->forward_transactions, ==, 2);
    g_assert_cmpuint(connection(1)->backward_requests, ==, 1);
    g_assert_cmpuint(connection(1)->responses, ==, 3);
    g_assert_cmpint(message_in(7)->direction, ==, DIRECTION_BACKWARD);
    scene_end();
}

#define SCTP TRANSPORT_SCTP, -1

/* E45: either side switches its path; the association stays, and who is who in it. */
static const struct packet path_switch[] = {
    {0, SCTP, CLIENT_1, SERVER, .method = "OPTIONS", .sctp_tag = 11,
     .via = "SCTP 192.0.2.1;branch=z9hG4bK1"},
    {100, SCTP, SERVER, CLIENT_1, .status = 200, .method = "OPTIONS", .sctp_tag = 22,
     .via = "SCTP 192.0.2.1;branch=z9hG4bK1", .verdict = VERDICT_SAME_CONNECTION},
    {200, SCTP, "198.51.100.1:40001", SERVER, .method = "OPTIONS", .cseq = 2, .sctp_tag = 11,
     .via = "SCTP 192.0.2.1;branch=z9hG4bK2"},
    {300, SCTP, "198.51.100.2:5060", "198.51.100.1:40001", .status = 200, .method = "OPTIONS",
     .cseq = 2, .sctp_tag = 22, .via = "SCTP 192.0.2.1;branch=z9hG4bK2",
     .verdict = VERDICT_SAME_CONNECTION},
    END,
};

static void assert_one_association(uint32_t first_frame)
{
    g_assert_cmpuint(analysis_connections(scene.analysis)->len, ==, 1);
    g_assert_cmpint(message_in(first_frame)->direction, ==, DIRECTION_FORWARD);
    g_assert_cmpint(message_in(first_frame + 2)->direction, ==, DIRECTION_FORWARD);
    g_assert_cmphex(connection_record_classes(connection(1)), ==, CONNECTION_PERSISTENT);
    g_assert_cmpint(message_in(first_frame + 1)->verdict, ==, VERDICT_SAME_CONNECTION);
    g_assert_cmpint(message_in(first_frame + 3)->verdict, ==, VERDICT_SAME_CONNECTION);
}

static void test_sctp_path_switch(void)
{
    play(path_switch, "");
    assert_one_association(1);
    scene_end();
}

static void feed_init(const char *from, const char *to, bool ack, uint32_t tag)
{
    struct packet_sctp_init init = {
        .src = at(from), .dst = at(to), .is_ack = ack, .initiate_tag = tag};

    analysis_begin_frame(scene.analysis, ++scene.frame, START - SECOND);
    analysis_sctp_init(scene.analysis, &init);
    g_assert_null(analysis_end_frame(scene.analysis));
}

/* INIT tells the tag that the other side will use: then even its first packet may take any path. */
static void test_sctp_init(void)
{
    struct packet other_path = path_switch[1];

    other_path.from = "198.51.100.2:5060";
    scene_begin();
    feed_init(CLIENT_1, SERVER, false, 22);
    feed_init(SERVER, CLIENT_1, true, 11);
    feed(&path_switch[0]);
    feed(&other_path);
    feed(&path_switch[2]);
    feed(&path_switch[3]);
    assert_one_association(3);
    g_assert_cmpint(connection(1)->evidence, ==, EVIDENCE_CERTAIN);
    g_assert_cmpuint(connection(1)->opened_frame, ==, 1);
    scene_end();
}

/* The same addresses and ports with other tags: another association. */
static void test_sctp_reopened(void)
{
    struct packet again = path_switch[0];

    scene_begin();
    feed(&path_switch[0]);
    feed(&path_switch[1]);
    again.ms = 60000;
    again.cseq = 2;
    again.via = "SCTP 192.0.2.1;branch=z9hG4bK2";
    again.sctp_tag = 33;
    feed(&again);
    g_assert_cmpuint(analysis_connections(scene.analysis)->len, ==, 2);
    g_assert_cmpuint(connection(1)->forward_transactions, ==, 1);
    g_assert_cmpuint(connection(2)->forward_transactions, ==, 1);
    scene_end();
}

/* Without tags the addresses tell, not the ports alone. */
static void test_sctp_without_tags(void)
{
    struct packet one = path_switch[0], other = path_switch[0];

    scene_begin();
    one.sctp_tag = other.sctp_tag = 0;
    one.from = "192.0.2.1:5060";
    other.from = "192.0.2.3:5060";
    other.to = "192.0.2.4:5060";
    other.call_id = "other";
    other.ms = 10;
    feed(&one);
    feed(&other);
    g_assert_cmpuint(analysis_connections(scene.analysis)->len, ==, 2);
    g_assert_cmpint(message_in(2)->direction, ==, DIRECTION_FORWARD);
    scene_end();
}

/* ---- frames -------------------------------------------------------------------------------- */

static void test_frames_without_sip(void)
{
    const struct packet syn = {0, TCP(9), "192.0.2.1:50000", "192.0.2.3:443", .events = TCP_SYN};
    const struct packet data = {1, TCP(9), "192.0.2.1:50000", "192.0.2.3:443", .events = TCP_ACK};
    const struct packet reset = {2, TCP(9), "192.0.2.1:50000", "192.0.2.3:443", .events = TCP_RST};
    const struct packet stray = {3, TCP(10), "192.0.2.1:50001", "192.0.2.3:443",
                                 .events = TCP_FIN | TCP_ACK};
    const struct packet *const packets[] = {&syn, &data, &reset, &stray};
    struct packet_message garbage = {.transport = TRANSPORT_UDP,
                                     .stream = -1,
                                     .src = at("192.0.2.1:1"),
                                     .dst = at("192.0.2.2:2"),
                                     .bytes = slice_of("\r\n\r\n")};

    scene_begin();
    for (unsigned i = 0; i < G_N_ELEMENTS(packets); i++) {
        feed(packets[i]);
        g_assert_null(scene.shown);
        g_assert_false(analysis_wants_stream(scene.analysis, packets[i]->stream));
    }
    for (unsigned i = 0; i < 100; i++) {
        analysis_begin_frame(scene.analysis, ++scene.frame, START + i * SECOND);
        g_assert_false(analysis_message(scene.analysis, &garbage));
        g_assert_null(analysis_end_frame(scene.analysis));
    }
    garbage.bytes = (struct slice){NULL, 0};
    g_assert_false(analysis_message(scene.analysis, &garbage));
    g_assert_cmpuint(analysis_messages(scene.analysis)->len, ==, 0);
    g_assert_cmpuint(analysis_connections(scene.analysis)->len, ==, 0);
    g_assert_cmpuint(analysis_findings(scene.analysis)->len, ==, 0);
    g_assert_cmpuint(analysis_capture(scene.analysis).frames, ==, 104);
    g_assert_cmpint(analysis_capture(scene.analysis).last_time, ==, START + 99 * SECOND);
    scene_end();
}

static void test_empty_analysis(void)
{
    scene_begin();
    g_assert_cmpuint(analysis_capture(scene.analysis).frames, ==, 0);
    g_assert_cmpuint(analysis_summary(scene.analysis).transactions, ==, 0);
    g_assert_cmpuint(analysis_messages(scene.analysis)->len, ==, 0);
    g_assert_false(analysis_wants_stream(scene.analysis, 0));
    scene_end();
    analysis_free(NULL);
}

static void test_wants_streams_with_sip(void)
{
    const struct packet request = {
        0, TCP(4), CLIENT_1, SERVER, .method = "OPTIONS", .via = TCP_VIA};
    const struct packet close = {9, TCP(4), SERVER, CLIENT_1, .events = TCP_FIN | TCP_ACK};
    const struct packet again = {99, TCP(4), SERVER, CLIENT_1, .events = TCP_RST};

    scene_begin();
    feed(&request);
    g_assert_true(analysis_wants_stream(scene.analysis, 4));
    g_assert_false(analysis_wants_stream(scene.analysis, 5));
    feed(&close);
    g_assert_nonnull(scene.shown); /* a close of a connection with SIP is shown, once */
    g_assert_true(scene.shown->connection_event == connection(1));
    g_assert_cmpuint(scene.shown->message_count, ==, 0);
    feed(&again);
    g_assert_null(scene.shown);
    scene_end();
}

static void test_several_messages_in_one_frame(void)
{
    const struct packet one = {
        0, UDP, "192.0.2.1:5060", "192.0.2.2:5060", .method = "OPTIONS", .via = PLAIN_VIA};
    const struct packet two = {0,
                               UDP,
                               "192.0.2.1:5060",
                               "192.0.2.2:5060",
                               .method = "OPTIONS",
                               .cseq = 2,
                               .via = "UDP 192.0.2.1;branch=z9hG4bK2"};
    const struct packet *const packets[] = {&one, &two};
    const struct frame_record *shown;

    scene_begin();
    analysis_begin_frame(scene.analysis, 1, START);
    for (unsigned i = 0; i < G_N_ELEMENTS(packets); i++) {
        g_autofree char *text = packet_text(packets[i]);
        struct packet_message message = {.transport = TRANSPORT_UDP,
                                         .stream = -1,
                                         .src = at(packets[i]->from),
                                         .dst = at(packets[i]->to),
                                         .bytes = slice_of(text)};

        g_assert_true(analysis_message(scene.analysis, &message));
    }
    shown = analysis_end_frame(scene.analysis);
    g_assert_cmpuint(shown->message_count, ==, 2);
    for (unsigned i = 0; i < 2; i++) {
        g_assert_cmpuint(shown->messages[i]->index, ==, i);
        g_assert_cmpuint(shown->messages[i]->frame, ==, 1);
        g_assert_cmpuint(shown->messages[i]->transaction, ==, i + 1);
    }
    scene_end();
}

/* tshark -2 -R gives the number of a frame that does not pass the read filter to the next one. */
static void test_frame_number_used_again(void)
{
    const struct packet request = {
        0, UDP, "192.0.2.1:5060", "192.0.2.2:5060", .method = "OPTIONS", .via = PLAIN_VIA};
    const struct packet response = {.ms = 100,
                                    UDP,
                                    .from = "192.0.2.2:5060",
                                    .to = "192.0.2.1:5060",
                                    .status = 200,
                                    .method = "OPTIONS",
                                    .via = PLAIN_VIA};

    scene_begin();
    feed(&request); /* frame 1, left out */
    scene.frame = 0;
    feed(&response); /* frame 1 */
    g_assert_cmpuint(scene.shown->message_count, ==, 1);
    g_assert_false(scene.shown->messages[0]->is_request);
    g_assert_cmpuint(scene.shown->messages[0]->index, ==, 0);
    g_assert_true(analysis_frame(scene.analysis, 1) == scene.shown);

    /* A frame that is left out closes; the next one, with its number, shows nothing. */
    scene.frame = 1;
    feed(&request);
    analysis_begin_frame(scene.analysis, 2, START + SECOND);
    g_assert_null(analysis_end_frame(scene.analysis));
    g_assert_null(analysis_frame(scene.analysis, 2));
    scene_end();
}

static void test_notes_are_kept_once(void)
{
    struct capture_record capture;

    scene_begin();
    analysis_note(scene.analysis, "one");
    analysis_note(scene.analysis, "two");
    analysis_note(scene.analysis, "one");
    capture = analysis_capture(scene.analysis);
    g_assert_cmpuint(capture.notes->len, ==, 2);
    g_assert_cmpstr(g_ptr_array_index(capture.notes, 0), ==, "one");
    g_assert_cmpstr(g_ptr_array_index(capture.notes, 1), ==, "two");
    scene_end();
}

/* What did not happen in time is judged by any later frame, SIP or not; not at the end of the file. */
static void test_deadlines(void)
{
    static const struct packet packets[] = {
        {0, UDP, "192.0.2.1:5060", "192.0.2.2:5060", .method = "INVITE", .via = PLAIN_VIA},
        {100, UDP, "192.0.2.2:5060", "192.0.2.1:5060", .status = 486, .method = "INVITE",
         .via = PLAIN_VIA, .verdict = VERDICT_VIA_SENT_BY},
        {600, UDP, "192.0.2.2:5060", "192.0.2.1:5060", .status = 486, .method = "INVITE",
         .via = PLAIN_VIA, .verdict = VERDICT_VIA_SENT_BY},
        END,
    };
    unsigned shown = 0;

    play(packets, "");
    for (unsigned second = 1; second <= 100; second++) {
        const struct frame_record *record;

        analysis_begin_frame(scene.analysis, ++scene.frame, START + second * SECOND);
        record = analysis_end_frame(scene.analysis);
        if (record != NULL) {
            g_assert_cmpuint(second, >=, 32);
            g_assert_cmpuint(record->message_count, ==, 0);
            g_assert_cmpuint(record->mark_count, ==, 1);
            g_assert_cmpint(record->marks[0]->finding->rule, ==, RULE_ACK_MISSING);
            shown++;
        }
    }
    g_assert_cmpuint(shown, ==, 1);
    scene_end();
}

/* ---- hostile and odd input ----------------------------------------------------------------- */

static bool feed_text(int64_t time, const char *text, size_t length)
{
    struct packet_message message = {.transport = TRANSPORT_UDP,
                                     .stream = -1,
                                     .src = at("192.0.2.1:5060"),
                                     .dst = at("192.0.2.2:5060"),
                                     .bytes = {text, length}};
    bool found;

    analysis_begin_frame(scene.analysis, ++scene.frame, time);
    found = analysis_message(scene.analysis, &message);
    scene.shown = analysis_end_frame(scene.analysis);
    return found;
}

/* Messages that lack what a transaction is known by are recorded, and not judged. */
static void test_incomplete_messages(void)
{
    static const char *const texts[] = {
        "OPTIONS sip:h SIP/2.0\r\n\r\n",
        "SIP/2.0 200 OK\r\n\r\n",
        "SIP/2.0 200 OK\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\n\r\n",
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h\r\nCSeq: 1 OPTIONS\r\n\r\n",
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h\r\nCall-ID: c\r\n\r\n",
        "SIP/2.0 200 OK\r\nVia: nonsense\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\n\r\n",
        "ACK sip:h SIP/2.0\r\n\r\n",
        "CANCEL sip:h SIP/2.0\r\nVia: ;;;\r\nCall-ID: c\r\nCSeq: 1 CANCEL\r\n\r\n",
        "OPTIONS sip:h SIP/2.0\r\nVia: SIP/2.0/UDP h",
    };

    scene_begin();
    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++) {
        const struct message_record *record;

        g_test_message("%s", texts[i]);
        g_assert_true(feed_text(START + i * SECOND, texts[i], strlen(texts[i])));
        record = message_in(i + 1);
        g_assert_nonnull(record);
        g_assert_cmpint(record->verdict, ==, VERDICT_NONE);
        g_assert_cmpuint(record->transaction, ==, 0);
        g_assert_cmpuint(scene.shown->message_count, ==, 1);
    }
    g_assert_cmpuint(analysis_summary(scene.analysis).transactions, ==, 0);
    g_assert_cmpuint(analysis_summary(scene.analysis).responses, ==, 5);
    g_assert_cmpuint(analysis_summary(scene.analysis).responses_judged, ==, 0);
    scene_end();
}

static void test_ten_thousand_vias(void)
{
    GString *text = g_string_new("OPTIONS sip:h SIP/2.0\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\n");
    const char *response;

    for (unsigned i = 0; i < 10000; i++) {
        g_string_append_printf(text, "Via: SIP/2.0/UDP 192.0.2.1:%u;branch=z9hG4bK%u\r\n",
                               i % 60000 + 1, i);
    }
    g_string_append(text, "\r\n");
    scene_begin();
    for (unsigned i = 0; i < 100; i++) {
        g_assert_true(feed_text(START + i * 300 * MILLISECOND, text->str, text->len));
    }
    g_assert_cmpuint(analysis_summary(scene.analysis).transactions, ==, 1);
    response = text->str + strlen("OPTIONS sip:h SIP/2.0");
    {
        g_autofree char *answer = g_strconcat("SIP/2.0 200 OK", response, NULL);

        g_assert_true(feed_text(START + 30 * SECOND, answer, strlen(answer)));
    }
    g_assert_cmpuint(message_in(101)->request_frame, ==, 100);
    g_string_free(text, TRUE);
    scene_end();
}

/* Cut anywhere, with every byte replaced by NUL: no crash, no endless loop. */
static void test_cut_and_broken_messages(void)
{
    const struct packet request = {0,
                                   UDP,
                                   "192.0.2.1:5060",
                                   "192.0.2.2:5060",
                                   .method = "INVITE",
                                   .via = "UDP 192.0.2.1:5060;rport;maddr=x;branch=z9hG4bK1",
                                   .more_headers =
                                       "Contact: <sip:a@10.0.0.1>;+sip.instance=\"\"\r\n"
                                       "Route: <sips:p;lr>\r\nPath: <sip:e;ob>\r\n"};
    g_autofree char *text = packet_text(&request);
    g_autofree char *answer = g_strconcat("SIP/2.0 200 OK", strchr(text, '\r'), NULL);
    const char *const originals[] = {text, answer};

    for (unsigned k = 0; k < G_N_ELEMENTS(originals); k++) {
        size_t length = strlen(originals[k]);

        scene_begin();
        for (size_t i = 0; i < length; i++) {
            /* A buffer of just that size, so that reading beyond it shows. */
            char *cut = g_memdup2(originals[k], i == 0 ? 1 : i);
            char *broken = g_memdup2(originals[k], length);

            feed_text(START + (int64_t)i * SECOND, cut, i);
            broken[i] = '\0';
            feed_text(START + (int64_t)i * SECOND + SECOND / 2, broken, length);
            g_free(cut);
            g_free(broken);
        }
        g_assert_cmpuint(analysis_messages(scene.analysis)->len, >, length);
        scene_end();
    }
}

static void test_one_transaction_10000_times(void)
{
    struct packet packet = {
        0, UDP, "192.0.2.1:5060", "192.0.2.2:5060", .method = "INVITE", .via = PLAIN_VIA};
    struct packet response = {0,
                              UDP,
                              "192.0.2.2:5060",
                              "203.0.113.9:7777",
                              .status = 180,
                              .method = "INVITE",
                              .via = PLAIN_VIA};

    scene_begin();
    for (unsigned i = 0; i < 10000; i++) {
        g_autofree char *src = g_strdup_printf("10.%u.%u.1:5060", i / 250, i % 250);
        g_autofree char *tag = g_strdup_printf("t%u", i);

        packet.ms = response.ms = i * 100;
        packet.from = i % 2 ? "192.0.2.1:5060" : src;
        response.to_tag = tag;
        feed(&packet);
        feed(&response);
    }
    g_assert_cmpuint(analysis_summary(scene.analysis).transactions, ==, 1);
    g_assert_cmpuint(analysis_summary(scene.analysis).responses, ==, 10000);
    g_assert_cmpuint(analysis_findings(scene.analysis)->len, <, 20);
    scene_end();
}

static void test_100000_transactions_with_one_branch(void)
{
    struct packet request = {
        0, UDP, "192.0.2.1:5060", "192.0.2.2:5060", .method = "OPTIONS", .via = PLAIN_VIA};
    struct packet response = {0,
                              UDP,
                              "192.0.2.2:5060",
                              "192.0.2.1:5060",
                              .status = 200,
                              .method = "OPTIONS",
                              .via = PLAIN_VIA};

    scene_begin();
    for (unsigned i = 0; i < 100000; i++) {
        request.ms = response.ms = i;
        request.cseq = response.cseq = i + 1;
        feed(&request);
        feed(&response);
        g_assert_cmpint(scene.shown->messages[0]->verdict, ==, VERDICT_VIA_SENT_BY);
        g_assert_cmpuint(scene.shown->messages[0]->request_frame, ==, scene.frame - 1);
    }
    g_assert_cmpuint(analysis_summary(scene.analysis).transactions, ==, 100000);
    g_assert_cmpuint(analysis_summary(scene.analysis).findings[RULE_BRANCH_REUSE], ==, 1);
    scene_end();
}

/* Time runs back, stands still, and is not known at all (0 in every frame). */
static void test_odd_times(void)
{
    static const int64_t times[][6] = {
        {5000, 4000, 3000, 2000, 1000, 0},
        {0, 3600000, -3600000, 10, -3600000, 20},
        {0, 0, 0, 0, 0, 0},
    };

    for (unsigned k = 0; k < G_N_ELEMENTS(times); k++) {
        scene_begin();
        for (unsigned i = 0; i < 600; i++) {
            struct packet packet = {times[k][i % 6] + (k == 2 ? -START / MILLISECOND : 0),
                                    UDP,
                                    i % 2 ? "192.0.2.2:5060" : "192.0.2.1:5060",
                                    i % 2 ? "192.0.2.1:5060" : "192.0.2.2:5060",
                                    .status = i % 2 ? 200 : 0,
                                    .method = "OPTIONS",
                                    .via = PLAIN_VIA,
                                    .cseq = i / 4 + 1,
                                    .ip_id = (uint16_t)(i + 1)};

            feed(&packet);
            g_assert_nonnull(scene.shown);
        }
        g_assert_cmpuint(analysis_messages(scene.analysis)->len, ==, 600);
        if (k == 2) {
            g_assert_cmpuint(analysis_summary(scene.analysis).verdicts[VERDICT_VIA_SENT_BY], ==,
                             300);
        }
        scene_end();
    }
}

/* A pcapng file may carry any 64-bit time stamp. */
static void test_extreme_times(void)
{
    static const int64_t times[] = {G_MININT64, G_MAXINT64, 0, -1, START, G_MININT64 + 1};
    const struct packet packet = {
        0, UDP, "192.0.2.1:5060", "192.0.2.2:5060", .method = "INVITE", .via = PLAIN_VIA};
    g_autofree char *request = packet_text(&packet);
    g_autofree char *response = g_strconcat("SIP/2.0 486 Busy", strchr(request, '\r'), NULL);

    scene_begin();
    for (unsigned i = 0; i < 10 * G_N_ELEMENTS(times); i++) {
        const char *text = i % 4 < 2 ? request : response;

        g_assert_true(feed_text(times[i % G_N_ELEMENTS(times)], text, strlen(text)));
        feed_fragment(i, request);
    }
    scene_end();
}

/* A close is one even in a file without time stamps. */
static void test_close_without_time_stamps(void)
{
    const int64_t never = -START / MILLISECOND;
    const struct packet packets[] = {
        {never, TCP(0), CLIENT_1, SERVER, .events = TCP_SYN},
        {never, TCP(0), SERVER, CLIENT_1, .events = TCP_SYN | TCP_ACK},
        {never, TCP(0), CLIENT_1, SERVER, .method = "OPTIONS", .via = TCP_VIA},
        {never, TCP(0), CLIENT_1, SERVER, .events = TCP_RST},
        {never, TCP(1), SERVER_2, LISTENER, .events = TCP_SYN},
        {never, TCP(1), SERVER_2, LISTENER, .status = 200, .method = "OPTIONS",
         .via = TCP_VIA_FILLED, .verdict = VERDICT_NEW_CONNECTION_AFTER_CLOSE},
        END,
    };

    play(packets, "");
    scene_end();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/analysis/udp/records", test_records_of_an_exchange);
    g_test_add_func("/analysis/udp/harm", test_rport_ignored_with_harm);
    g_test_add_func("/analysis/udp/nat", test_both_sides_of_a_nat);
    g_test_add_func("/analysis/udp/cancel", test_cancelled_call);
    g_test_add_func("/analysis/udp/duplicates", test_duplicates);
    g_test_add_func("/analysis/udp/early", test_early_response);
    g_test_add_func("/analysis/udp/early-ack", test_early_response_and_its_ack);
    g_test_add_func("/analysis/udp/early-marks", test_early_response_takes_marks_back);
    g_test_add_func("/analysis/udp/unmatched", test_unmatched);
    g_test_add_func("/analysis/icmp/request", test_icmp_about_a_request);
    g_test_add_func("/analysis/icmp/fallback", test_icmp_and_fallback);
    g_test_add_func("/analysis/dns", test_dns);
    g_test_add_func("/analysis/fragments", test_fragments);
    g_test_add_func("/analysis/tcp/while-open", test_new_connection_while_open);
    g_test_add_func("/analysis/tcp/presumed", test_open_presumed);
    g_test_add_func("/analysis/tcp/closed-first", test_client_closed_first);
    g_test_add_func("/analysis/tcp/half-close", test_half_close);
    g_test_add_func("/analysis/tcp/close-last", test_close_behind_the_message);
    g_test_add_func("/analysis/tcp/reconnect", test_client_reconnects);
    g_test_add_func("/analysis/tcp/gap", test_gap);
    g_test_add_func("/analysis/tcp/wrong-transport", test_wrong_transport);
    g_test_add_func("/analysis/tcp/classes", test_classes);
    g_test_add_func("/analysis/sctp/path", test_sctp_path_switch);
    g_test_add_func("/analysis/sctp/init", test_sctp_init);
    g_test_add_func("/analysis/sctp/reopened", test_sctp_reopened);
    g_test_add_func("/analysis/sctp/no-tags", test_sctp_without_tags);
    g_test_add_func("/analysis/frames/without-sip", test_frames_without_sip);
    g_test_add_func("/analysis/frames/empty", test_empty_analysis);
    g_test_add_func("/analysis/frames/wants-stream", test_wants_streams_with_sip);
    g_test_add_func("/analysis/frames/several", test_several_messages_in_one_frame);
    g_test_add_func("/analysis/frames/number-again", test_frame_number_used_again);
    g_test_add_func("/analysis/frames/notes", test_notes_are_kept_once);
    g_test_add_func("/analysis/frames/deadlines", test_deadlines);
    g_test_add_func("/analysis/odd/incomplete", test_incomplete_messages);
    g_test_add_func("/analysis/odd/vias", test_ten_thousand_vias);
    g_test_add_func("/analysis/odd/cut", test_cut_and_broken_messages);
    g_test_add_func("/analysis/odd/one-transaction", test_one_transaction_10000_times);
    g_test_add_func("/analysis/odd/one-branch", test_100000_transactions_with_one_branch);
    g_test_add_func("/analysis/odd/times", test_odd_times);
    g_test_add_func("/analysis/odd/extreme-times", test_extreme_times);
    g_test_add_func("/analysis/odd/no-times", test_close_without_time_stamps);
    return g_test_run();
}

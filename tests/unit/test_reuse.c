/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests that go backwards: on what authority (D.4), and the rules about it (C6). */
#include <glib.h>
#include <string.h>

#include "reuse.h"

#define MILLISECOND INT64_C(1000000)
#define START (INT64_C(1700000000) * 1000 * MILLISECOND)
#define STEPS_MAX 16
#define FRAMES_MAX 256

/* The proxies of RFC 5923 5: p1.example.com opens, p2.example.net accepts. */
#define A "192.0.2.1:49160"
#define B "192.0.2.128:5061"

static struct endpoint at(const char *text)
{
    struct host_port host_port;

    g_assert_true(host_port_parse(slice_of(text), &host_port));
    return endpoint_make(&host_port.ip, host_port.port);
}

/* ---- a capture, step by step ---------------------------------------------------------------- */

/* What the handshakes of a case show of the client's certificate (A.3). */
enum handshake {
    MUTUAL,        /* 1.2: asked, presented, proved */
    UNPROVEN,      /* 1.2: presented, the proof (CertificateVerify) is not in the file */
    EMPTY,         /* 1.2: asked, an empty list */
    NOT_ASKED,     /* 1.2: no CertificateRequest */
    RESUMED,       /* 1.2: by a session that is not in the file */
    CLOSED_1_3,    /* 1.3 without the keys of the handshake */
    NOT_ASKED_1_3, /* 1.3 with keys: no CertificateRequest */
};

/*
 * What is 0 or NULL is the usual: Call-ID "call", CSeq 1. A step opens its connection or is a
 * message.
 */
struct step {
    int64_t ms;
    const char *from, *to;
    int64_t stream;        /* -1: UDP or SCTP */
    bool open;             /* TCP and TLS handshake, as the case has it */
    const char *line;      /* "OPTIONS sip:b.example.com", "200 OPTIONS" */
    const char *via;       /* sent-by and parameters */
    const char *via_names; /* its transport; NULL: what carries it */
    const char *call, *branch, *more;
    unsigned cseq;
};

struct test_case {
    const char *what;
    const char *findings; /* "3 alias-stale warn, …": the step, id, severity */
    const char *says[3];  /* parts of the text of the last finding */
    enum transport wire;  /* unknown: TLS */
    enum handshake handshake;
    const char *a_names; /* dNSNames of the certificate of A, by blanks; NULL: usual */

    const char *resolves; /* "name address …" as the DNS answered before */
    struct step steps[STEPS_MAX];
};

static struct {
    struct analysis *analysis;
    const struct test_case *scenario;
    enum transport wire;
    uint32_t frame;
    unsigned step;
    unsigned step_of[FRAMES_MAX]; /* of each frame, from 1 */
} scene;

static void begin_frame(int64_t ms)
{
    g_assert_cmpuint(++scene.frame, <, FRAMES_MAX);
    scene.step_of[scene.frame] = scene.step;
    analysis_begin_frame(scene.analysis, scene.frame, START + ms * MILLISECOND);
}

static void feed_segment(const struct step *step, bool forward, unsigned events, size_t length)
{
    struct packet_tcp tcp = {.stream = step->stream,
                             .src = at(forward ? step->from : step->to),
                             .dst = at(forward ? step->to : step->from),
                             .events = events,
                             .payload_length = (uint32_t)length,
                             .acknowledgment = scene.frame,
                             .ttl = 64};

    analysis_tcp_segment(scene.analysis, &tcp);
}

static void feed_tls(const struct step *step, bool from_client, struct packet_tls tls)
{
    bool closed = scene.scenario->handshake == CLOSED_1_3;
    bool tls_1_3 = closed || scene.scenario->handshake == NOT_ASKED_1_3;

    if (closed && tls.event != TLS_EVENT_CLIENT_HELLO && tls.event != TLS_EVENT_SERVER_HELLO) {
        return;
    }
    tls.stream = step->stream;
    tls.src = at(from_client ? step->from : step->to);
    tls.version = tls_1_3 ? 0x0304 : 0x0303;
    tls.decrypted =
        tls_1_3 && tls.event != TLS_EVENT_CLIENT_HELLO && tls.event != TLS_EVENT_SERVER_HELLO;
    analysis_tls(scene.analysis, &tls);
}

static void feed_certificate(const struct step *step, bool from_client)
{
    const char *owner = from_client ? step->from : step->to;
    const char *own = "p2.example.net";
    struct slice names[4];
    struct tls_certificate certificate = {.has_alternative_name = true, .dns_names = names};
    g_auto(GStrv) texts = NULL;

    if (g_str_has_prefix(owner, "192.0.2.1:")) {
        own = scene.scenario->a_names;
        own = own != NULL ? own : "p1.example.com example.com";
    }
    texts = g_strsplit(own, " ", G_N_ELEMENTS(names));
    for (; texts[certificate.dns_name_count] != NULL; certificate.dns_name_count++) {
        names[certificate.dns_name_count] = slice_of(texts[certificate.dns_name_count]);
    }
    feed_tls(step, from_client,
             (struct packet_tls){.event = TLS_EVENT_CERTIFICATE,
                                 .certificate_count = 1,
                                 .certificate = &certificate});
}

static void feed_server_flight(const struct step *step)
{
    enum handshake handshake = scene.scenario->handshake;

    feed_tls(step, false,
             (struct packet_tls){.event = TLS_EVENT_SERVER_HELLO,
                                 .session_id = handshake == RESUMED ? slice_of("session")
                                                                    : (struct slice){NULL, 0}});
    if (handshake == RESUMED) {
        feed_tls(step, false, (struct packet_tls){.event = TLS_EVENT_FINISHED});
        return;
    }
    if (handshake == MUTUAL || handshake == UNPROVEN || handshake == EMPTY) {
        feed_tls(step, false, (struct packet_tls){.event = TLS_EVENT_CERTIFICATE_REQUEST});
    }
    feed_certificate(step, false);
}

static void feed_client_flight(const struct step *step)
{
    enum handshake handshake = scene.scenario->handshake;

    if (handshake == MUTUAL || handshake == UNPROVEN) {
        feed_certificate(step, true);
    } else if (handshake == EMPTY) {
        feed_tls(step, true, (struct packet_tls){.event = TLS_EVENT_CERTIFICATE});
    }
    if (handshake == MUTUAL) {
        feed_tls(step, true, (struct packet_tls){.event = TLS_EVENT_CERTIFICATE_VERIFY});
    }
    feed_tls(step, true, (struct packet_tls){.event = TLS_EVENT_FINISHED});
}

/* A round trip of 10 ms. */
static void feed_open(const struct step *step)
{
    static const struct {
        int64_t after;
        bool from_client;
        unsigned events;
    } segments[] = {
        {0, true, TCP_SYN},
        {9, false, TCP_SYN | TCP_ACK},
        {10, true, TCP_ACK},
        {11, true, TCP_ACK | TCP_TLS | TCP_CLIENT_HELLO},
        {20, false, TCP_ACK | TCP_TLS},
        {21, true, TCP_ACK | TCP_TLS},
    };
    unsigned count = transport_is_secure(scene.wire) ? G_N_ELEMENTS(segments) : 3;

    for (unsigned i = 0; i < count; i++) {
        begin_frame(step->ms + segments[i].after);
        feed_segment(step, segments[i].from_client, segments[i].events, i < 3 ? 0 : 100);
        if (i == 3) {
            feed_tls(step, true,
                     (struct packet_tls){.event = TLS_EVENT_CLIENT_HELLO,
                                         .session_id = scene.scenario->handshake == RESUMED
                                                           ? slice_of("session")
                                                           : (struct slice){NULL, 0}});
        } else if (i == 4) {
            feed_server_flight(step);
        } else if (i == 5) {
            feed_client_flight(step);
        }
        analysis_end_frame(scene.analysis);
    }
}

static char *step_text(const struct step *step)
{
    g_auto(GStrv) words = g_strsplit(step->line, " ", 2);
    bool response = g_ascii_isdigit(words[0][0]);
    const char *call = step->call != NULL ? step->call : "call";
    unsigned cseq = step->cseq != 0 ? step->cseq : 1;
    g_autofree char *first = response ? g_strdup_printf("SIP/2.0 %s Reason", words[0])
                                      : g_strdup_printf("%s SIP/2.0", step->line);
    g_autofree char *branch =
        step->branch != NULL ? g_strdup(step->branch) : g_strdup_printf("%s%u", call, cseq);

    return g_strdup_printf("%s\r\nVia: SIP/2.0/%s %s;branch=z9hG4bK%s\r\nMax-Forwards: 70\r\n"
                           "From: <sip:a@example.com>;tag=f\r\nTo: <sip:b@example.net>%s\r\n"
                           "Call-ID: %s\r\nCSeq: %u %s\r\n%sContent-Length: 0\r\n\r\n",
                           first,
                           step->via_names != NULL ? step->via_names : transport_name(scene.wire),
                           step->via, branch, response ? ";tag=t" : "", call, cseq,
                           words[response ? 1 : 0], step->more != NULL ? step->more : "");
}

static void feed_message(const struct step *step)
{
    g_autofree char *text = step_text(step);
    struct packet_message message = {.transport = scene.wire,
                                     .stream = step->stream,
                                     .src = at(step->from),
                                     .dst = at(step->to),
                                     .bytes = slice_of(text),
                                     .ttl = 64};

    if (step->stream >= 0) {
        feed_segment(step, true, TCP_ACK, strlen(text));
    }
    g_assert_true(analysis_message(scene.analysis, &message));
}

static void feed(const struct step *step)
{
    if (step->open) {
        feed_open(step);
        return;
    }
    begin_frame(step->ms);
    feed_message(step);
    analysis_end_frame(scene.analysis);
}

static void feed_names(const char *resolves)
{
    g_auto(GStrv) words = g_strsplit(resolves, " ", -1);

    begin_frame(0);
    for (unsigned i = 0; words[i] != NULL && words[i + 1] != NULL; i += 2) {
        struct endpoint place = at(words[i + 1]);

        analysis_dns_address(scene.analysis, slice_of(words[i]), &place.ip);
    }
    analysis_end_frame(scene.analysis);
}

/* Findings of C6 as "3 alias-stale warn, …"; *last: the text of the last one. */
static char *findings_text(const char **last)
{
    const GPtrArray *findings = analysis_findings(scene.analysis);
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(findings, i);
        const struct rule *rule = rule_get(finding->rule);

        if (strcmp(rule->section, "C6") == 0) {
            g_string_append_printf(
                text, "%s%u %s %s%s", text->len > 0 ? ", " : "", scene.step_of[finding->frame],
                rule->id, severity_name(finding->severity), finding->presumed ? ".presumed" : "");
            *last = finding->text;
            /* The expert items that the plugin registers are those that the table names. */
            g_assert_cmphex(rule->severities & (1u << finding->severity), !=, 0);
        }
    }
    return g_string_free(text, FALSE);
}

/* Plays the steps and compares the findings; what the analysis has can then be looked at. */
static void play_begin(const struct test_case *scenario)
{
    struct analysis_config config = analysis_config_default();
    const char *last = "";
    g_autofree char *findings = NULL;

    g_test_message("%s", scenario->what);
    scene.analysis = analysis_new(&config);
    scene.scenario = scenario;
    scene.wire = scenario->wire != TRANSPORT_UNKNOWN ? scenario->wire : TRANSPORT_TLS;
    scene.frame = 0;
    if (scenario->resolves != NULL) {
        feed_names(scenario->resolves);
    }
    for (unsigned i = 0; i < STEPS_MAX && scenario->steps[i].from != NULL; i++) {
        scene.step = i + 1;
        feed(&scenario->steps[i]);
    }
    findings = findings_text(&last);
    g_assert_cmpstr(findings, ==, scenario->findings);
    for (unsigned i = 0; i < G_N_ELEMENTS(scenario->says) && scenario->says[i] != NULL; i++) {
        if (strstr(last, scenario->says[i]) == NULL) {
            g_test_fail_printf("\"%s\" does not say \"%s\"", last, scenario->says[i]);
        }
    }
}

static void play_end(void)
{
    analysis_free(scene.analysis);
}

static void play_all(const struct test_case *cases, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        play_begin(&cases[i]);
        play_end();
    }
}

#define PLAY(cases) play_all(cases, G_N_ELEMENTS(cases))

#define FORWARD A, B, 0
#define BACK B, A, 0
#define OPENED                                                                                     \
    {                                                                                              \
        0, FORWARD, .open = true                                                                   \
    }
#define ANSWERED(ms_, sent_by)                                                                     \
    {                                                                                              \
        ms_, BACK, .line = "200 OPTIONS", .via = sent_by                                           \
    }
/* Steps 1 to 3: p1 offers an alias. */
#define ALIASED                                                                                    \
    OPENED, {300, FORWARD, .line = "OPTIONS sip:p2.example.net", .via = "p1.example.com;alias"},   \
        ANSWERED(400, "p1.example.com;alias;received=192.0.2.1")
/* The same without alias. */
#define USED                                                                                       \
    OPENED, {300, FORWARD, .line = "OPTIONS sip:p2.example.net", .via = "p1.example.com"},         \
        ANSWERED(400, "p1.example.com;received=192.0.2.1")
#define BACK_TO(ms_, uri)                                                                          \
    {                                                                                              \
        ms_, BACK, .line = "MESSAGE " uri, .via = "p2.example.net", .call = "back"                 \
    }
#define BACK_ANSWERED(ms_)                                                                         \
    {                                                                                              \
        ms_, FORWARD, .line = "200 MESSAGE", .via = "p2.example.net;received=192.0.2.128",         \
                      .call = "back"                                                               \
    }
#define REGISTERED(transport_)                                                                     \
    {300, FORWARD, .line = "REGISTER sip:p2.example.net", .via = "p1.example.com;alias",           \
     .more = "Contact: <sip:a@192.0.2.1" transport_ ">\r\nExpires: 3600\r\n"},                     \
    {                                                                                              \
        400, BACK, .line = "200 REGISTER", .via = "p1.example.com;alias;received=192.0.2.1",       \
                   .more = "Contact: <sip:a@192.0.2.1" transport_ ">;expires=3600\r\n"             \
    }

/* ---- the basis of a backward request (D.4) -------------------------------------------------- */

struct basis_case {
    enum reuse_basis basis, weakest; /* of the last request; of its connection, none: the same */
    const char *detail;
    struct test_case scenario; /* findings: of C6 all the same */
};

static void play_basis(const struct basis_case *expected)
{
    const GPtrArray *messages, *connections;
    const struct message_record *request;
    enum reuse_basis weakest =
        expected->weakest != BASIS_NONE ? expected->weakest : expected->basis;

    play_begin(&expected->scenario);
    messages = analysis_messages(scene.analysis);
    connections = analysis_connections(scene.analysis);
    request = g_ptr_array_index(messages, messages->len - 1);
    g_assert_cmpint(request->direction, ==, DIRECTION_BACKWARD);
    g_assert_cmpstr(request_use_name(request->use), ==, "reuse");
    g_assert_cmpstr(reuse_basis_name(request->reuse_basis), ==, reuse_basis_name(expected->basis));
    g_assert_cmpstr(request->reuse_detail, ==, expected->detail);
    g_assert_cmpstr(reuse_basis_name(request->connection->reuse_basis), ==,
                    reuse_basis_name(weakest));
    g_assert_cmphex(connection_record_classes(request->connection) & CONNECTION_REUSE, !=, 0);
    g_assert_cmpuint(connections->len, ==, 1);
    play_end();
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
         .scenario = {"registered over TLS without certificate", "", .handshake = NOT_ASKED,
                      .steps = {OPENED, PLAIN, BACK_TO(5000, "sip:a@10.0.0.9")}}},
        {BASIS_ALIAS_MISMATCH,
         .scenario = {"alias for others", "4 reuse-identity-mismatch warn",
                      .steps = {ALIASED, BACK_TO(5000, "sip:x@example.org")}}},
        {BASIS_ALIAS_MISMATCH,
         .scenario = {"a wildcard is no identity",
                      "2 cert-wildcard note, 2 alias-sentby-not-in-cert note, "
                      "4 reuse-identity-mismatch warn",
                      .a_names = "*.example.com",
                      .steps = {ALIASED, BACK_TO(5000, "sip:p1.example.com")}}},
        {BASIS_ALIAS_UNVERIFIED,
         .scenario = {"E35, E56: resumed", "", .handshake = RESUMED,
                      .steps = {ALIASED, BACK_TO(5000, "sip:p1.example.com")}}},
        {BASIS_ALIAS_UNVERIFIED,
         .scenario = {"a certificate that the client was not seen to own", "",
                      .handshake = UNPROVEN,
                      .steps = {ALIASED, BACK_TO(5000, "sip:p1.example.com")}}},
        {BASIS_ALIAS_UNVERIFIED,
         .scenario = {"TLS 1.3 without keys", "", .handshake = CLOSED_1_3,
                      .steps = {ALIASED, BACK_TO(5000, "sip:p1.example.com")}}},
        {BASIS_ALIAS_UNVERIFIED, .scenario = {"the next hop is no SIP URI", "",
                                              .steps = {ALIASED, BACK_TO(5000, "tel:+15551234")}}},
        {BASIS_UNDETERMINED,
         .scenario = {"start not captured", "", .wire = TRANSPORT_TCP,
                      .steps = {{300, FORWARD, .line = "OPTIONS sip:p2.example.net",
                                 .via = "p1.example.com"},
                                BACK_TO(5000, "sip:p1.example.com")}}},
        {BASIS_UNAUTHORISED, .scenario = {"no TLS", "4 reuse-no-tls warn", .wire = TRANSPORT_TCP,
                                          .steps = {USED, BACK_TO(5000, "sip:p1.example.com")}}},
        {BASIS_UNAUTHORISED, .scenario = {"no alias", "4 reuse-no-alias warn",
                                          .steps = {USED, BACK_TO(5000, "sip:p1.example.com")}}},
        {BASIS_UNAUTHORISED,
         .scenario = {"no certificate", "2 alias-no-client-cert warn, 4 reuse-no-client-cert error",
                      .handshake = EMPTY, .steps = {ALIASED, BACK_TO(5000, "sip:p1.example.com")}}},
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
         .scenario = {"a registration before an alias not verified", "", .handshake = RESUMED,
                      .steps = {OPENED, PLAIN, OFFER, BACK_TO(5000, "sip:a@10.0.0.9")}}},
        {BASIS_REGISTERED_FLOW,
         .scenario = {"E55: a registration before an alias without certificate",
                      "4 alias-no-client-cert note", .handshake = NOT_ASKED,
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
    static const struct test_case scenario = {
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

    play_begin(&scenario);
    for (unsigned i = 0; i < G_N_ELEMENTS(uses); i++) {
        const struct message_record *record =
            g_ptr_array_index(analysis_messages(scene.analysis), i);

        g_assert_cmpstr(request_use_name(record->use), ==, request_use_name(uses[i]));
        if (uses[i] != USE_REUSE) {
            g_assert_cmpint(record->reuse_basis, ==, BASIS_NONE);
        }
    }
    play_end();
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

/* ---- the rules ------------------------------------------------------------------------------ */

static void test_reuse_no_client_cert(void)
{
    static const struct test_case cases[] = {
        {"F10",
         "2 alias-no-client-cert warn, 4 reuse-no-client-cert error",
         {"MESSAGE"},
         .handshake = EMPTY,
         .steps = {ALIASED, BACK_TO(9000, "sip:p1.example.com")}},
        {"the server never asked",
         "2 alias-no-client-cert warn, 4 reuse-no-client-cert error, "
         "4 alias-server-no-cert-request warn",
         .handshake = NOT_ASKED, .steps = {ALIASED, BACK_TO(9000, "sip:p1.example.com")}},
        {"never asked, but never used backwards", "2 alias-no-client-cert warn",
         .handshake = NOT_ASKED, .steps = {ALIASED}},
        /* it may ask after the handshake */
        {"never asked in TLS 1.3", "2 alias-no-client-cert warn, 4 reuse-no-client-cert error",
         .handshake = NOT_ASKED_1_3, .steps = {ALIASED, BACK_TO(9000, "sip:p1.example.com")}},
        {"E35, E56: resumed", "", .handshake = RESUMED,
         .steps = {ALIASED, BACK_TO(9000, "sip:p1.example.com")}},
        {"TLS 1.3 without keys", "", .handshake = CLOSED_1_3,
         .steps = {ALIASED, BACK_TO(9000, "sip:p1.example.com")}},
        {"E55: registered", "2 alias-no-client-cert note", .handshake = NOT_ASKED,
         .steps = {OPENED, REGISTERED(";transport=tls"), BACK_TO(9000, "sip:a@192.0.2.1")}},
        {"F9: presented", "",
         .steps = {ALIASED, BACK_TO(9000, "sip:p1.example.com"), BACK_ANSWERED(9100)}},
    };

    PLAY(cases);
}

static void test_reuse_no_alias(void)
{
    static const struct test_case cases[] = {
        {"alias never offered",
         "4 reuse-no-alias warn",
         {"MESSAGE"},
         .steps = {USED, BACK_TO(5000, "sip:p1.example.com")}},
        {"alias offered too late", "4 reuse-no-alias warn",
         .steps = {USED,
                   BACK_TO(5000, "sip:p1.example.com"),
                   {6000, FORWARD, .line = "OPTIONS sip:p2.example.net",
                    .via = "p1.example.com;alias", .cseq = 2}}},
        {"alias offered", "", .steps = {ALIASED, BACK_TO(5000, "sip:p1.example.com")}},
        {"registered", "",
         .steps = {OPENED,
                   {300, FORWARD, .line = "REGISTER sip:p2.example.net", .via = "p1.example.com",
                    .more = "Contact: <sip:a@192.0.2.1>\r\nExpires: 60\r\n"},
                   {400, BACK, .line = "200 REGISTER", .via = "p1.example.com;received=192.0.2.1"},
                   BACK_TO(5000, "sip:a@192.0.2.1")}},
        {"start of the connection not captured", "",
         .steps = {{300, FORWARD, .line = "OPTIONS sip:p2.example.net", .via = "p1.example.com"},
                   BACK_TO(5000, "sip:p1.example.com")}},
        {"nothing backwards", "", .steps = {USED}},
    };

    PLAY(cases);
}

static void test_reuse_no_tls(void)
{
    static const struct test_case cases[] = {
        {"a TCP trunk",
         "4 reuse-no-tls warn",
         {"MESSAGE"},
         .wire = TRANSPORT_TCP,
         .steps = {USED, BACK_TO(5000, "sip:p1.example.com")}},
        {"Via names TLS: perhaps behind a terminator", "4 reuse-no-tls note", .wire = TRANSPORT_TCP,
         .steps = {USED,
                   {5000, BACK, .line = "MESSAGE sip:p1.example.com", .via = "p2.example.net",
                    .call = "back", .via_names = "TLS"}}},
        {"registered", "2 alias-non-tls note", .wire = TRANSPORT_TCP,
         .steps = {OPENED, REGISTERED(""), BACK_TO(5000, "sip:a@192.0.2.1")}},
        {"F11: outbound", "", .wire = TRANSPORT_TCP,
         .steps = {OPENED,
                   {300, FORWARD, .line = "REGISTER sip:p2.example.net", .via = "192.0.2.1",
                    .more = "Contact: <sip:a@10.0.0.9;transport=tcp>;reg-id=1;"
                            "+sip.instance=\"<urn:uuid:1>\"\r\nSupported: outbound\r\n"},
                   {400, BACK, .line = "200 REGISTER", .via = "192.0.2.1",
                    .more = "Require: outbound\r\n"},
                   BACK_TO(5000, "sip:a@10.0.0.9;transport=tcp")}},
        {"the URI is the far end", "", .wire = TRANSPORT_TCP,
         .steps = {USED, BACK_TO(5000, "sip:x@192.0.2.1:49160")}},
        {"WebSocket", "", .wire = TRANSPORT_WS,
         .steps = {USED, BACK_TO(5000, "sip:p1.example.com")}},
        {"start of the connection not captured", "", .wire = TRANSPORT_TCP,
         .steps = {{300, FORWARD, .line = "OPTIONS sip:p2.example.net", .via = "p1.example.com"},
                   BACK_TO(5000, "sip:p1.example.com")}},
        /* D.2: the ACK follows a response that came over a connection which its server opened */
        {"only an ACK", "5 reuse-no-tls note", .wire = TRANSPORT_TCP,
         .steps = {{0, "192.0.2.128:50000", "192.0.2.1:5060", 1, .open = true},
                   {100, "192.0.2.128:50000", "192.0.2.1:5060", 1,
                    .line = "INVITE sip:p1.example.com", .via = "192.0.2.128:5061"},
                   {200, FORWARD, .open = true},
                   {300, FORWARD, .line = "200 INVITE", .via = "192.0.2.128:5061"},
                   {400, BACK, .line = "ACK sip:p1.example.com", .via = "192.0.2.128:5061",
                    .branch = "ack"}}},
    };

    PLAY(cases);
}

static void test_reuse_identity(void)
{
    static const struct test_case cases[] = {
        {"another domain",
         "4 reuse-identity-mismatch warn",
         {"sip:x@example.org", "p1.example.com, example.com"},
         .steps = {ALIASED, BACK_TO(5000, "sip:x@example.org")}},
        {"the second identity", "", .steps = {ALIASED, BACK_TO(5000, "sip:x@example.com")}},
        {"the topmost Route counts", "",
         .steps = {ALIASED,
                   {5000, BACK, .line = "BYE sip:x@host.example.org", .via = "p2.example.net",
                    .call = "back", .more = "Route: <sip:p1.example.com;lr>\r\n"}}},
        {"E37: by a wildcard only", "4 cert-wildcard note, 4 reuse-identity-mismatch warn",
         .a_names = "*.example.com p1.example.com",
         .steps = {ALIASED, BACK_TO(5000, "sip:sip.example.com")}},
        /* by the letter only: Contacts are often addresses; here it is that of the alias */
        {"an address", "4 reuse-identity-mismatch note",
         .steps = {ALIASED, BACK_TO(5000, "sip:x@192.0.2.1:5061")}},
        {"identities unknown", "", .handshake = RESUMED,
         .steps = {ALIASED, BACK_TO(5000, "sip:x@example.org")}},
        {"another domain, but a registered flow", "",
         .steps = {OPENED, REGISTERED(";transport=tls"), BACK_TO(5000, "sip:x@example.org")}},
    };

    PLAY(cases);
}

static void test_reuse_address(void)
{
    static const struct test_case cases[] = {
        {"a Route to another address",
         "4 reuse-identity-mismatch note, 4 reuse-address-mismatch warn",
         {"192.0.2.77:5061", "192.0.2.1:5061"},
         .steps = {ALIASED,
                   {5000, BACK, .line = "BYE sip:x@example.com", .via = "p2.example.net",
                    .call = "back", .more = "Route: <sip:192.0.2.77;lr>\r\n"}}},
        {"a name of another address", "4 reuse-address-mismatch warn",
         .resolves = "p1.example.com 192.0.2.77",
         .steps = {ALIASED, BACK_TO(5000, "sip:p1.example.com")}},
        {"another port", "4 reuse-address-mismatch warn", .resolves = "p1.example.com 192.0.2.1",
         .steps = {ALIASED, BACK_TO(5000, "sip:p1.example.com:5071")}},
        {"the address of the alias", "", .resolves = "p1.example.com 192.0.2.1",
         .steps = {ALIASED, BACK_TO(5000, "sip:p1.example.com")}},
        /* RFC 5923 5 item 6 */
        {"one of several addresses", "",
         .resolves = "p1.example.com 192.0.2.77 p1.example.com 192.0.2.1",
         .steps = {ALIASED, BACK_TO(5000, "sip:p1.example.com")}},
        {"not resolved in the file", "", .steps = {ALIASED, BACK_TO(5000, "sip:p1.example.com")}},
    };

    PLAY(cases);
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
    g_test_add_func("/reuse/rules/no-client-cert", test_reuse_no_client_cert);
    g_test_add_func("/reuse/rules/no-alias", test_reuse_no_alias);
    g_test_add_func("/reuse/rules/no-tls", test_reuse_no_tls);
    g_test_add_func("/reuse/rules/identity", test_reuse_identity);
    g_test_add_func("/reuse/rules/address", test_reuse_address);
    return g_test_run();
}

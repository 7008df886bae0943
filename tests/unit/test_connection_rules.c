/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules of catalogue section C5: connections, opened, kept, closed and refused. */
#include <glib.h>
#include <string.h>

#include "analysis.h"

#define MILLISECOND INT64_C(1000000)
#define START (INT64_C(1700000000) * 1000 * MILLISECOND)
#define STEPS_MAX 24
#define FRAMES_MAX 256

#define X "192.0.2.1:40001"
#define X2 "192.0.2.1:40002"
#define X3 "192.0.2.1:40003"
#define X4 "192.0.2.1:40004"
#define X_LISTENER "192.0.2.1:5060"
#define S "192.0.2.2:5060"
#define S_CLIENT "192.0.2.2:50000"
#define UDP (-1)

static struct endpoint at(const char *text)
{
    struct host_port host_port;

    g_assert_true(host_port_parse(slice_of(text), &host_port));
    return endpoint_make(&host_port.ip, host_port.port);
}

/* ---- a capture, step by step ---------------------------------------------------------------- */

/*
 * What is 0 or NULL is the usual: Call-ID "call", CSeq 1, From a@example.com, a packet of 10 bytes
 * with TTL 64. A step opens its connection, is a segment, a message, or, without addresses, a frame
 * that has nothing to do with SIP.
 */
struct step {
    int64_t ms;
    const char *from, *to;
    int64_t stream; /* or UDP */
    bool open;      /* TCP handshake, and a TLS one that shows a certificate of the server */
    unsigned events;
    const char *line; /* "OPTIONS sip:b.example.com", "200 OPTIONS" */
    const char *via;  /* sent-by and parameters */
    const char *call, *branch, *user, *to_tag, *more;
    unsigned cseq;
    uint8_t ttl;
    bool unreachable; /* an ICMP error from `from` quotes the SYN of `to` */
};

struct test_case {
    const char *what;
    const char *findings;    /* "3 conn-closed-early note, …": the step, id, severity */
    const char *says[4];     /* parts of the text of the last finding */
    enum transport wire;     /* of streams; unknown: TCP */
    const char *server_name; /* TLS: the dNSName of the server's certificate */
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
                             .ttl = step->ttl != 0 ? step->ttl : 64};

    analysis_tcp_segment(scene.analysis, &tcp);
}

/* All that the rules here look at is who the server is. */
static void feed_tls(const struct step *step)
{
    struct slice name = slice_of(scene.scenario->server_name);
    struct tls_certificate certificate = {
        .has_alternative_name = true, .dns_names = &name, .dns_name_count = 1};
    const struct packet_tls messages[] = {
        {.event = TLS_EVENT_CLIENT_HELLO, .src = at(step->from)},
        {.event = TLS_EVENT_SERVER_HELLO, .src = at(step->to), .version = 0x0303},
        {.event = TLS_EVENT_CERTIFICATE,
         .src = at(step->to),
         .certificate_count = 1,
         .certificate = &certificate},
        {.event = TLS_EVENT_FINISHED, .src = at(step->from)},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(messages); i++) {
        struct packet_tls tls = messages[i];

        tls.stream = step->stream;
        analysis_tls(scene.analysis, &tls);
    }
}

/* A round trip of 10 ms. */
static void feed_open(const struct step *step)
{
    begin_frame(step->ms);
    feed_segment(step, true, TCP_SYN, 0);
    analysis_end_frame(scene.analysis);
    begin_frame(step->ms + 9);
    feed_segment(step, false, TCP_SYN | TCP_ACK, 0);
    analysis_end_frame(scene.analysis);
    begin_frame(step->ms + 10);
    feed_segment(step, true, TCP_ACK, 0);
    if (scene.scenario->server_name != NULL) {
        feed_tls(step);
    }
    analysis_end_frame(scene.analysis);
}

static char *step_text(const struct step *step)
{
    g_auto(GStrv) words = g_strsplit(step->line, " ", 2);
    bool response = g_ascii_isdigit(words[0][0]);
    const char *call = step->call != NULL ? step->call : "call";
    const char *to_tag = step->to_tag != NULL ? step->to_tag : response ? ";tag=t" : "";
    unsigned cseq = step->cseq != 0 ? step->cseq : 1;
    g_autofree char *first = response ? g_strdup_printf("SIP/2.0 %s Reason", words[0])
                                      : g_strdup_printf("%s SIP/2.0", step->line);
    g_autofree char *branch =
        step->branch != NULL ? g_strdup(step->branch) : g_strdup_printf("%s%u", call, cseq);

    return g_strdup_printf("%s\r\nVia: SIP/2.0/%s %s;branch=z9hG4bK%s\r\nMax-Forwards: 70\r\n"
                           "From: <sip:%s@example.com>;tag=f\r\nTo: <sip:b@example.net>%s\r\n"
                           "Call-ID: %s\r\nCSeq: %u %s\r\n%sContent-Length: 0\r\n\r\n",
                           first, transport_name(step->stream == UDP ? TRANSPORT_UDP : scene.wire),
                           step->via, branch, step->user != NULL ? step->user : "a", to_tag, call,
                           cseq, words[response ? 1 : 0], step->more != NULL ? step->more : "");
}

static void feed_message(const struct step *step)
{
    g_autofree char *text = step_text(step);
    struct packet_message message = {.transport = step->stream == UDP ? TRANSPORT_UDP : scene.wire,
                                     .stream = step->stream,
                                     .src = at(step->from),
                                     .dst = at(step->to),
                                     .bytes = slice_of(text),
                                     .ttl = 64};

    if (step->stream != UDP) {
        feed_segment(step, true, TCP_ACK | step->events, strlen(text));
    }
    g_assert_true(analysis_message(scene.analysis, &message));
}

/* Destination unreachable, port unreachable (RFC 792). */
static void feed_unreachable(const struct step *step)
{
    struct endpoint from = at(step->from);
    struct packet_icmp icmp = {
        .type = 3, .code = 3, .from = from.ip, .tcp = true, .src = at(step->to), .dst = from};

    analysis_icmp_error(scene.analysis, &icmp);
}

static void feed(const struct step *step)
{
    if (step->open) {
        feed_open(step);
        return;
    }
    begin_frame(step->ms);
    if (step->line != NULL) {
        feed_message(step);
    } else if (step->unreachable) {
        feed_unreachable(step);
    } else if (step->from != NULL) {
        feed_segment(step, true, step->events,
                     step->events & (TCP_SYN | TCP_FIN | TCP_RST) ? 0 : 10);
    }
    analysis_end_frame(scene.analysis);
}

/* Findings of C5 as "3 conn-closed-early note, …"; *last: the text of the last one. */
static char *findings_text(const char **last)
{
    const GPtrArray *findings = analysis_findings(scene.analysis);
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(findings, i);
        const struct rule *rule = rule_get(finding->rule);

        if (strcmp(rule->section, "C5") == 0) {
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

static void play(const struct test_case *scenario)
{
    struct analysis_config config = analysis_config_default();
    const char *last = "";
    g_autofree char *findings = NULL;

    g_test_message("%s", scenario->what);
    scene.analysis = analysis_new(&config);
    scene.scenario = scenario;
    scene.wire = scenario->wire != TRANSPORT_UNKNOWN ? scenario->wire : TRANSPORT_TCP;
    scene.frame = 0;
    for (unsigned i = 0; i < STEPS_MAX && (scenario->steps[i].from || scenario->steps[i].ms); i++) {
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
    analysis_free(scene.analysis);
}

static void play_all(const struct test_case *cases, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        play(&cases[i]);
    }
}

#define PLAY(cases) play_all(cases, G_N_ELEMENTS(cases))

#define FORWARD X, S, 0
#define BACK S, X, 0
#define OPENS(ms_, from_, stream_)                                                                 \
    {                                                                                              \
        ms_, from_, S, stream_, .open = true                                                       \
    }
#define ASKS(ms_, from_, stream_, call_)                                                           \
    {                                                                                              \
        ms_, from_, S, stream_, .line = "OPTIONS sip:b.example.net", .via = "192.0.2.1",           \
                                .call = call_                                                      \
    }
#define ANSWERS(ms_, to_, stream_, call_)                                                          \
    {                                                                                              \
        ms_, S, to_, stream_, .line = "200 OPTIONS", .via = "192.0.2.1", .call = call_             \
    }
/* Three steps: one transaction. */
#define USED(ms_, from_, stream_, call_)                                                           \
    OPENS(ms_, from_, stream_), ASKS((ms_) + 100, from_, stream_, call_),                          \
        ANSWERS((ms_) + 200, from_, stream_, call_)
#define FIN (TCP_ACK | TCP_FIN)

/* ---- opened beside an open one -------------------------------------------------------------- */

static void test_new_though_open(void)
{
    static const struct test_case cases[] = {
        {"the first one proves to be open",
         "7 conn-new-though-open note",
         {"connection 1", "192.0.2.1:40001 to 192.0.2.2:5060", "connection 2"},
         .steps = {USED(0, X, 0, "one"),
                   USED(5000, X2, 1, "two"),
                   {6000, X, S, 0, .events = TCP_ACK}}},
        {"its last sign of life is older", "",
         .steps = {USED(0, X, 0, "one"), USED(5000, X2, 1, "two")}},
        {"its other side gives a sign of life", "",
         .steps = {USED(0, X, 0, "one"),
                   USED(5000, X2, 1, "two"),
                   {6000, S, X, 0, .events = TCP_ACK}}},
        {"the first one was closed", "4 conn-closed-early note",
         .steps = {USED(0, X, 0, "one"),
                   {4000, S, X, 0, .events = FIN},
                   OPENS(5000, X2, 1),
                   {5050, X, S, 0, .events = TCP_ACK},
                   ASKS(5100, X2, 1, "two")}},
        {"the first one has a gap", "",
         .steps = {USED(0, X, 0, "one"),
                   {4000, X, S, 0, .events = TCP_ACK | TCP_GAP},
                   USED(5000, X2, 1, "two"),
                   {6000, X, S, 0, .events = TCP_ACK}}},
        {"a pool", "7 conn-new-though-open chat",
         .steps = {OPENS(0, X, 0),
                   OPENS(100, X2, 1),
                   OPENS(200, X3, 2),
                   OPENS(300, X4, 3),
                   ASKS(1000, X, 0, "one"),
                   ANSWERS(1100, X, 0, "one"),
                   ASKS(2000, X2, 1, "two"),
                   ANSWERS(2100, X2, 1, "two"),
                   {3000, X, S, 0, .events = TCP_ACK},
                   {3100, X2, S, 1, .events = TCP_ACK}}},
        {"two outbound flows", "",
         .steps = {OPENS(0, X, 0),
                   {100, X, S, 0, .line = "REGISTER sip:example.net", .via = "192.0.2.1",
                    .call = "one", .more = "Contact: <sip:a@192.0.2.1>;reg-id=1\r\n"},
                   OPENS(5000, X2, 1),
                   {5100, X2, S, 1, .line = "REGISTER sip:example.net", .via = "192.0.2.1",
                    .call = "two", .more = "Contact: <sip:a@192.0.2.1>;reg-id=2\r\n"},
                   {6000, X, S, 0, .events = TCP_ACK}}},
        {"two user agents on one host", "",
         .steps = {USED(0, X, 0, "one"),
                   OPENS(5000, X2, 1),
                   {5100, X2, S, 1, .line = "OPTIONS sip:b.example.net", .via = "192.0.2.1",
                    .call = "two", .user = "other"},
                   {6000, X, S, 0, .events = TCP_ACK}}},
        /* RFC 5923 9.3 */
        {"two domains on one host", "",
         .steps = {USED(0, X, 0, "one"),
                   OPENS(5000, X2, 1),
                   {5100, X2, S, 1, .line = "OPTIONS sip:b.example.net", .via = "other.example",
                    .call = "two"},
                   {6000, X, S, 0, .events = TCP_ACK}}},
        {"another listener", "",
         .steps = {USED(0, X, 0, "one"),
                   {5000, X2, "192.0.2.2:5070", 1, .open = true},
                   {5100, X2, "192.0.2.2:5070", 1, .line = "OPTIONS sip:b.example.net",
                    .via = "192.0.2.1", .call = "two"},
                   {6000, X, S, 0, .events = TCP_ACK}}},
        {"TLS, the certificate covers the next hop", "7 conn-new-though-open note",
         .wire = TRANSPORT_TLS, .server_name = "b.example.net",
         .steps = {USED(0, X, 0, "one"),
                   USED(5000, X2, 1, "two"),
                   {6000, X, S, 0, .events = TCP_ACK}}},
        {"TLS, the certificate is for another domain", "", .wire = TRANSPORT_TLS,
         .server_name = "c.example.org",
         .steps = {USED(0, X, 0, "one"),
                   USED(5000, X2, 1, "two"),
                   {6000, X, S, 0, .events = TCP_ACK}}},
    };

    PLAY(cases);
}

/* ---- closed --------------------------------------------------------------------------------- */

#define INVITES(ms_)                                                                               \
    {                                                                                              \
        ms_, FORWARD, .line = "INVITE sip:b.example.net", .via = "192.0.2.1"                       \
    }
#define INVITE_ANSWER(ms_, status_)                                                                \
    {                                                                                              \
        ms_, BACK, .line = status_ " INVITE", .via = "192.0.2.1"                                   \
    }

static void test_closed_pending(void)
{
    static const struct test_case cases[] = {
        {"FIN of the server while it rings",
         "4 conn-closed-pending warn",
         {"192.0.2.2:5060", "INVITE", "fin", "1 s before"},
         .steps = {OPENS(0, X, 0),
                   INVITES(100),
                   INVITE_ANSWER(200, "180"),
                   {1200, BACK, .events = FIN}}},
        {"F6: RST of the client",
         "3 conn-closed-pending warn",
         {"192.0.2.1:40001", "rst"},
         .steps = {OPENS(0, X, 0), INVITES(100), {200, FORWARD, .events = TCP_RST}}},
        {"closure alert of the server",
         "3 conn-closed-pending warn",
         {"close-notify"},
         .wire = TRANSPORT_TLS,
         .steps = {OPENS(0, X, 0),
                   INVITES(100),
                   {200, BACK, .events = TCP_ACK | TCP_TLS | TCP_CLOSE_NOTIFY}}},
        {"an error without its ACK", "4 conn-closed-pending warn",
         .steps =
             {OPENS(0, X, 0), INVITES(100), INVITE_ANSWER(200, "486"), {300, BACK, .events = FIN}}},
        {"an error and its ACK", "5 conn-closed-early note",
         .steps = {OPENS(0, X, 0),
                   INVITES(100),
                   INVITE_ANSWER(200, "486"),
                   {250, FORWARD, .line = "ACK sip:b.example.net", .via = "192.0.2.1",
                    .to_tag = ";tag=t"},
                   {300, BACK, .events = FIN}}},
        {"the answer comes after the half-close", "",
         .steps = {OPENS(0, X, 0),
                   ASKS(100, X, 0, "one"),
                   {200, FORWARD, .events = FIN},
                   ANSWERS(300, X, 0, "one"),
                   {400, BACK, .events = FIN}}},
        {"no answer after the half-close", "4 conn-closed-pending warn",
         .steps = {OPENS(0, X, 0),
                   ASKS(100, X, 0, "one"),
                   {200, FORWARD, .events = FIN},
                   {400, BACK, .events = FIN}}},
        {"long after the transaction timed out", "",
         .steps = {OPENS(0, X, 0), ASKS(100, X, 0, "one"), {60000, BACK, .events = FIN}}},
        {"segments are missing", "",
         .steps = {OPENS(0, X, 0),
                   INVITES(100),
                   {150, BACK, .events = TCP_ACK | TCP_GAP},
                   {200, BACK, .events = FIN}}},
        {"the server answers elsewhere, TLS",
         "5 conn-closed-pending error",
         {"frame 9"},
         .wire = TRANSPORT_TLS,
         .steps = {OPENS(0, X, 0),
                   INVITES(100),
                   {200, BACK, .events = FIN},
                   {300, S_CLIENT, X_LISTENER, 1, .open = true},
                   {400, S_CLIENT, X_LISTENER, 1, .line = "200 INVITE", .via = "192.0.2.1"}}},
        {"the client repeats it elsewhere, TLS", "5 conn-closed-pending error",
         .wire = TRANSPORT_TLS,
         .steps = {OPENS(0, X, 0),
                   INVITES(100),
                   {200, FORWARD, .events = TCP_RST},
                   OPENS(300, X2, 1),
                   {400, X2, S, 1, .line = "INVITE sip:b.example.net", .via = "192.0.2.1"}}},
        {"the client cancels it elsewhere, TLS", "5 conn-closed-pending error",
         .wire = TRANSPORT_TLS,
         .steps = {OPENS(0, X, 0),
                   INVITES(100),
                   {200, FORWARD, .events = TCP_RST},
                   OPENS(300, X2, 1),
                   {400, X2, S, 1, .line = "CANCEL sip:b.example.net", .via = "192.0.2.1"}}},
        /* RFC 5923 8.3 speaks of TLS only */
        {"the server answers elsewhere, TCP", "3 conn-closed-pending warn",
         .steps = {OPENS(0, X, 0),
                   INVITES(100),
                   {200, BACK, .events = FIN},
                   {300, S_CLIENT, X_LISTENER, 1, .open = true},
                   {400, S_CLIENT, X_LISTENER, 1, .line = "200 INVITE", .via = "192.0.2.1"}}},
        /* by whom, when, and after which silence it was closed */
        {"a request into a dead connection",
         "6 conn-closed-pending warn",
         {"192.0.2.2:5060", "OPTIONS", "59.8 s", "30 s after the close"},
         .steps = {USED(0, X, 0, "one"),
                   {60000, BACK, .events = FIN},
                   ASKS(90000, X, 0, "two"),
                   {90010, BACK, .events = TCP_RST}}},
        {"a request that crossed the close", "",
         .steps = {USED(0, X, 0, "one"),
                   {60000, BACK, .events = FIN},
                   ASKS(60005, X, 0, "two"),
                   {60010, BACK, .events = TCP_RST}}},
    };

    PLAY(cases);
}

static void test_closed_early(void)
{
    static const struct test_case cases[] = {
        {"1 s after the answer",
         "4 conn-closed-early note",
         {"192.0.2.2:5060", "1 s", "32 s"},
         .steps = {USED(0, X, 0, "one"), {1200, BACK, .events = FIN}}},
        {"40 s after it", "", .steps = {USED(0, X, 0, "one"), {40200, BACK, .events = FIN}}},
        {"after a de-registration", "",
         .steps = {OPENS(0, X, 0),
                   {100, FORWARD, .line = "REGISTER sip:example.net", .via = "192.0.2.1",
                    .more = "Contact: *\r\nExpires: 0\r\n"},
                   {200, BACK, .line = "200 REGISTER", .via = "192.0.2.1"},
                   {1200, FORWARD, .events = FIN}}},
        {"after a registration", "4 conn-closed-early note",
         .steps = {OPENS(0, X, 0),
                   {100, FORWARD, .line = "REGISTER sip:example.net", .via = "192.0.2.1",
                    .more = "Contact: <sip:a@192.0.2.1>\r\nExpires: 60\r\n"},
                   {200, BACK, .line = "200 REGISTER", .via = "192.0.2.1",
                    .more = "Contact: <sip:a@192.0.2.1>;expires=60\r\n"},
                   {1200, FORWARD, .events = FIN}}},
        {"a ping without pong", "",
         .steps = {USED(0, X, 0, "one"),
                   {1000, FORWARD, .events = TCP_ACK | TCP_PING},
                   {12000, FORWARD, .events = FIN}}},
        {"a ping and its pong", "6 conn-closed-early note",
         .steps = {USED(0, X, 0, "one"),
                   {1000, FORWARD, .events = TCP_ACK | TCP_PING},
                   {1010, BACK, .events = TCP_ACK | TCP_PONG},
                   {12000, FORWARD, .events = FIN}}},
        {"a fatal alert", "", .wire = TRANSPORT_TLS,
         .steps = {USED(0, X, 0, "one"),
                   {1000, BACK, .events = TCP_ACK | TCP_TLS | TCP_TLS_FATAL},
                   {1001, BACK, .events = FIN}}},
        {"no SIP on it", "", .steps = {OPENS(0, X, 0), {1200, BACK, .events = FIN}}},
    };

    PLAY(cases);
}

#define ONE_OPTIONS(ms_, from_, stream_, call_)                                                    \
    USED(ms_, from_, stream_, call_),                                                              \
    {                                                                                              \
        (ms_) + 300, from_, S, stream_, .events = FIN                                              \
    }

static void test_per_transaction(void)
{
    static const struct test_case cases[] = {
        {"three of them",
         "4 conn-closed-early note, 8 conn-closed-early note, 12 conn-closed-early note, "
         "12 conn-per-transaction note",
         {"192.0.2.1", "192.0.2.2:5060", "3 so far"},
         .steps = {ONE_OPTIONS(0, X, 0, "one"), ONE_OPTIONS(10000, X2, 1, "two"),
                   ONE_OPTIONS(20000, X3, 2, "three")}},
        {"two of them", "4 conn-closed-early note, 8 conn-closed-early note",
         .steps = {ONE_OPTIONS(0, X, 0, "one"), ONE_OPTIONS(10000, X2, 1, "two")}},
        {"closed by either side",
         "4 conn-closed-early note, 8 conn-closed-early note, 12 conn-closed-early note",
         .steps = {ONE_OPTIONS(0, X, 0, "one"),
                   USED(10000, X2, 1, "two"),
                   {10300, S, X2, 1, .events = FIN},
                   ONE_OPTIONS(20000, X3, 2, "three")}},
        {"the second one is used again",
         "4 conn-closed-early note, 10 conn-closed-early note, 14 conn-closed-early note",
         .steps = {ONE_OPTIONS(0, X, 0, "one"),
                   USED(10000, X2, 1, "two"),
                   ASKS(11000, X2, 1, "more"),
                   ANSWERS(11100, X2, 1, "more"),
                   {11200, X2, S, 1, .events = FIN},
                   ONE_OPTIONS(20000, X3, 2, "three")}},
        {"kept open for long", "",
         .steps = {USED(0, X, 0, "one"),
                   {50000, X, S, 0, .events = FIN},
                   USED(100000, X2, 1, "two"),
                   {150000, X2, S, 1, .events = FIN},
                   USED(200000, X3, 2, "three"),
                   {250000, X3, S, 2, .events = FIN}}},
    };

    PLAY(cases);
}

static void test_cut_message(void)
{
    static const struct test_case cases[] = {
        {"FIN in the middle of a message",
         "5 conn-cut-message warn",
         {"192.0.2.1:40001", "10", "frame 6"},
         .steps = {USED(0, X, 0, "one"),
                   {40000, FORWARD, .events = TCP_ACK | TCP_UNFINISHED},
                   {40100, FORWARD, .events = FIN}}},
        {"RST in the middle of a message", "5 conn-cut-message warn",
         .steps = {USED(0, X, 0, "one"),
                   {40000, FORWARD, .events = TCP_ACK | TCP_UNFINISHED},
                   {40100, FORWARD, .events = TCP_RST}}},
        {"between two messages", "",
         .steps = {USED(0, X, 0, "one"),
                   {40000, FORWARD, .events = TCP_ACK | TCP_UNFINISHED},
                   {40050, FORWARD, .events = TCP_ACK},
                   {80000, FORWARD, .events = FIN}}},
        {"the other side closes", "",
         .steps = {USED(0, X, 0, "one"),
                   {40000, FORWARD, .events = TCP_ACK | TCP_UNFINISHED},
                   {40100, BACK, .events = FIN}}},
        {"segments are missing", "",
         .steps = {USED(0, X, 0, "one"),
                   {40000, FORWARD, .events = TCP_ACK | TCP_UNFINISHED},
                   {40050, FORWARD, .events = TCP_ACK | TCP_GAP | TCP_UNFINISHED},
                   {40100, FORWARD, .events = FIN}}},
    };

    PLAY(cases);
}

/* ---- never opened --------------------------------------------------------------------------- */

#define CALLED_BACK(ms_)                                                                           \
    {                                                                                              \
        ms_, S_CLIENT, X_LISTENER, 1, .events = TCP_SYN                                            \
    }
#define REFUSED(ms_)                                                                               \
    {                                                                                              \
        ms_, X_LISTENER, S_CLIENT, 1, .events = TCP_RST | TCP_ACK                                  \
    }

static void test_advertised_refused(void)
{
    static const struct test_case cases[] = {
        {"RST from the address of Via",
         "5 conn-advertised-refused warn",
         {"192.0.2.1:5060", "Via in frame 4", "RST", "connection 1 is open"},
         .steps = {USED(0, X, 0, "one"), CALLED_BACK(5000), REFUSED(5010)}},
        {"the connection that could have been used is closed",
         "4 conn-closed-early note, 6 conn-advertised-refused warn",
         {"RST"},
         .steps = {USED(0, X, 0, "one"),
                   {1000, FORWARD, .events = FIN},
                   CALLED_BACK(5000),
                   REFUSED(5010)}},
        {"an ICMP error",
         "5 conn-advertised-refused warn",
         {"Via in frame 4"},
         .steps = {USED(0, X, 0, "one"),
                   CALLED_BACK(5000),
                   {5010, X_LISTENER, S_CLIENT, 1, .unreachable = true}}},
        {"no answer to three SYNs",
         "6 conn-advertised-refused note",
         {"no answer"},
         .steps = {USED(0, X, 0, "one"), CALLED_BACK(5000), CALLED_BACK(6000), CALLED_BACK(8000),
                   CALLED_BACK(12000)}},
        {"the second SYN is accepted", "",
         .steps = {USED(0, X, 0, "one"),
                   CALLED_BACK(5000),
                   CALLED_BACK(6000),
                   {6010, X_LISTENER, S_CLIENT, 1, .events = TCP_SYN | TCP_ACK},
                   CALLED_BACK(9000)}},
        {"two SYNs in a short time", "",
         .steps = {USED(0, X, 0, "one"), CALLED_BACK(5000), CALLED_BACK(6000)}},
        {"a client behind a NAT", "",
         .steps = {OPENS(0, X, 0),
                   {100, FORWARD, .line = "OPTIONS sip:b.example.net", .via = "10.1.1.1"},
                   {200, BACK, .line = "200 OPTIONS", .via = "10.1.1.1;received=192.0.2.1"},
                   CALLED_BACK(5000),
                   REFUSED(5010)}},
        {"a firewall, by the TTL of the RST", "",
         .steps = {USED(0, X, 0, "one"),
                   CALLED_BACK(5000),
                   {5010, X_LISTENER, S_CLIENT, 1, .events = TCP_RST | TCP_ACK, .ttl = 255}}},
        {"the Contact of an outbound client", "",
         .steps = {OPENS(0, X, 0),
                   {100, FORWARD, .line = "REGISTER sip:example.net", .via = "192.0.2.1:5099",
                    .more = "Contact: <sip:a@192.0.2.1>;reg-id=1\r\n"},
                   CALLED_BACK(5000),
                   REFUSED(5010)}},
        {"a WebSocket client", "", .wire = TRANSPORT_WS,
         .steps = {USED(0, X, 0, "one"),
                   {5000, S_CLIENT, "192.0.2.1:80", 1, .events = TCP_SYN},
                   {5010, "192.0.2.1:80", S_CLIENT, 1, .events = TCP_RST | TCP_ACK}}},
    };

    PLAY(cases);
}

/* Whatever header advertised the address is named. */
static void test_advertised_by_each_header(void)
{
    static const char *const headers[] = {"Contact", "Record-Route", "Path"};

    for (unsigned i = 0; i < G_N_ELEMENTS(headers); i++) {
        g_autofree char *more = g_strdup_printf("%s: <sip:192.0.2.1:5080;lr>\r\n", headers[i]);
        g_autofree char *named = g_strdup_printf("%s in frame 4", headers[i]);
        struct test_case scenario = {
            .what = headers[i],
            .findings = "4 conn-advertised-refused warn",
            .says = {"192.0.2.1:5080", named},
            .steps = {OPENS(0, X, 0),
                      {100, FORWARD, .line = "REGISTER sip:example.net", .via = "192.0.2.1:40001",
                       .more = more},
                      {5000, S_CLIENT, "192.0.2.1:5080", 1, .events = TCP_SYN},
                      {5010, "192.0.2.1:5080", S_CLIENT, 1, .events = TCP_RST | TCP_ACK}}};

        play(&scenario);
    }
}

/* More than an MTU: RFC 3261 18.1.1 wants TCP for it. */
static char *large_header(void)
{
    g_autofree char *filler = g_strnfill(1400, 'x');

    return g_strdup_printf("Subject: %s\r\n", filler);
}

#define TRIED(ms_)                                                                                 \
    {                                                                                              \
        ms_, X, S, 0, .events = TCP_SYN                                                            \
    }
#define FAILED(ms_)                                                                                \
    {                                                                                              \
        ms_, S, X, 0, .events = TCP_RST | TCP_ACK                                                  \
    }

static void test_request_refused(void)
{
    static const struct test_case cases[] = {
        {"RST answers the first SYN",
         "2 conn-request-refused note",
         {"192.0.2.2:5060", "RST"},
         .steps = {TRIED(0), FAILED(10)}},
        {"no answer",
         "3 conn-request-refused note",
         {"no answer"},
         .steps = {TRIED(0), TRIED(1000), TRIED(3000)}},
        {"accepted", "", .steps = {OPENS(0, X, 0)}},
        {"not a SIP port", "",
         .steps = {{0, X, "192.0.2.2:8080", 0, .events = TCP_SYN},
                   {10, "192.0.2.2:8080", X, 0, .events = TCP_RST | TCP_ACK}}},
        {"then a small request over UDP", "2 conn-request-refused note",
         .steps = {TRIED(0), FAILED(10), ASKS(100, X, UDP, "one")}},
    };
    g_autofree char *large = large_header();
    struct test_case retry = {.what = "then a large request over UDP",
                              .findings = "3 conn-request-refused chat",
                              .says = {"UDP in frame 3"},
                              .steps = {TRIED(0),
                                        FAILED(10),
                                        {100, X, S, UDP, .line = "OPTIONS sip:b.example.net",
                                         .via = "192.0.2.1", .more = large}}};

    PLAY(cases);
    play(&retry);
}

#define SERVES_UDP ASKS(0, "192.0.2.1:5060", UDP, "one"), ANSWERS(10, "192.0.2.1:5060", UDP, "one")

static void test_udp_port_no_tcp(void)
{
    static const struct test_case cases[] = {
        {"RST from a server of UDP",
         "4 conn-request-refused note, 4 conn-udp-port-no-tcp note",
         {"192.0.2.2:5060", "frame 2"},
         .steps = {SERVES_UDP, TRIED(1000), FAILED(1010)}},
        {"RST with another TTL", "4 conn-request-refused note",
         .steps = {SERVES_UDP,
                   TRIED(1000),
                   {1010, S, X, 0, .events = TCP_RST | TCP_ACK, .ttl = 255}}},
        {"silence", "5 conn-request-refused note",
         .steps = {SERVES_UDP, TRIED(1000), TRIED(2000), TRIED(4000)}},
        {"it takes TCP", "", .steps = {SERVES_UDP, OPENS(1000, X, 0)}},
        {"it never answered over UDP", "3 conn-request-refused note",
         .steps = {ASKS(0, "192.0.2.1:5060", UDP, "one"), TRIED(1000), FAILED(1010)}},
    };

    PLAY(cases);
}

/* D.3, gate g6: who opened it is a guess from the ports, then from the first request. */
static void test_inferred_opener(void)
{
    static const struct test_case cases[] = {
        {"medium evidence", "2 conn-closed-pending warn",
         .steps = {INVITES(100), {200, BACK, .events = FIN}}},
        {"weak evidence", "2 conn-closed-pending note.presumed",
         .steps = {{100, X, "192.0.2.2:40009", 0, .line = "INVITE sip:b.example.net",
                    .via = "192.0.2.1"},
                   {200, "192.0.2.2:40009", X, 0, .events = FIN}}},
    };

    PLAY(cases);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/connection-rules/opened/though-open", test_new_though_open);
    g_test_add_func("/connection-rules/closed/pending", test_closed_pending);
    g_test_add_func("/connection-rules/closed/early", test_closed_early);
    g_test_add_func("/connection-rules/closed/per-transaction", test_per_transaction);
    g_test_add_func("/connection-rules/closed/cut-message", test_cut_message);
    g_test_add_func("/connection-rules/closed/inferred-opener", test_inferred_opener);
    g_test_add_func("/connection-rules/refused/advertised", test_advertised_refused);
    g_test_add_func("/connection-rules/refused/each-header", test_advertised_by_each_header);
    g_test_add_func("/connection-rules/refused/request", test_request_refused);
    g_test_add_func("/connection-rules/refused/udp-port", test_udp_port_no_tcp);
    return g_test_run();
}

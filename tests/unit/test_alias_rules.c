/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules of catalogue section C6: the half about aliases: offering one, using it, keeping it. */
#include <glib.h>
#include <string.h>

#include "analysis.h"

#define MILLISECOND INT64_C(1000000)
#define START (INT64_C(1700000000) * 1000 * MILLISECOND)
#define STEPS_MAX 16
#define FRAMES_MAX 256

/* The proxies of RFC 5923 5: p1.example.com opens, p2.example.net accepts. */
#define A "192.0.2.1:49160"
#define A_LISTENER "192.0.2.1:5061"
#define B "192.0.2.128:5061"
#define B_CLIENT "192.0.2.128:50000"

static struct endpoint at(const char *text)
{
    struct host_port host_port;

    g_assert_true(host_port_parse(slice_of(text), &host_port));
    return endpoint_make(&host_port.ip, host_port.port);
}

/* ---- a capture, step by step ---------------------------------------------------------------- */

/* What the handshakes of a case show of the client's certificate (A.3). */
enum handshake {
    MUTUAL,     /* 1.2: asked, presented, proved */
    UNPROVEN,   /* 1.2: presented, the proof (CertificateVerify) is not in the file */
    EMPTY,      /* 1.2: asked, an empty list */
    NOT_ASKED,  /* 1.2: no CertificateRequest */
    RESUMED,    /* 1.2: by a session that is not in the file */
    CLOSED_1_3, /* 1.3 without the keys of the handshake */

};

/*
 * What is 0 or NULL is the usual: Call-ID "call", CSeq 1. A step opens its connection, is a
 * segment, a message, or, without addresses, a frame that has nothing to do with SIP.
 */
struct step {
    int64_t ms;
    const char *from, *to;
    int64_t stream; /* -1: UDP or SCTP */
    bool open;      /* TCP and TLS handshake, as the case has it */
    unsigned events;
    const char *line;      /* "OPTIONS sip:b.example.com", "200 OPTIONS" */
    const char *via;       /* sent-by and parameters */
    const char *via_names; /* its transport; NULL: what carries it */
    const char *call, *more;
    unsigned cseq;
    uint8_t ttl;
};

struct test_case {
    const char *what;
    const char *findings; /* "3 alias-stale warn, …": the step, id, severity */
    const char *says[3];  /* parts of the text of the last finding */
    enum transport wire;  /* unknown: TLS */
    enum handshake handshake;
    const char *b_names;     /* dNSNames of the certificate of B, by blanks; NULL: usual */
    const char *server_name; /* SNI */
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

static void feed_tls(const struct step *step, bool from_client, struct packet_tls tls)
{
    bool closed = scene.scenario->handshake == CLOSED_1_3;

    if (closed && tls.event != TLS_EVENT_CLIENT_HELLO && tls.event != TLS_EVENT_SERVER_HELLO) {
        return;
    }
    tls.stream = step->stream;
    tls.src = at(from_client ? step->from : step->to);
    tls.version = closed ? 0x0304 : 0x0303;
    analysis_tls(scene.analysis, &tls);
}

static void feed_certificate(const struct step *step, bool from_client)
{
    const char *owner = from_client ? step->from : step->to;
    const char *own = "p1.example.com example.com";
    struct slice names[4];
    struct tls_certificate certificate = {.has_alternative_name = true, .dns_names = names};
    g_auto(GStrv) texts = NULL;

    if (!g_str_has_prefix(owner, "192.0.2.1:")) {
        own = scene.scenario->b_names != NULL ? scene.scenario->b_names : "p2.example.net";
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
                                                           : (struct slice){NULL, 0},
                                         .server_name = slice_of(scene.scenario->server_name)});
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

    return g_strdup_printf("%s\r\nVia: SIP/2.0/%s %s;branch=z9hG4bK%s%u\r\nMax-Forwards: 70\r\n"
                           "From: <sip:a@example.com>;tag=f\r\nTo: <sip:b@example.net>%s\r\n"
                           "Call-ID: %s\r\nCSeq: %u %s\r\n%sContent-Length: 0\r\n\r\n",
                           first,
                           step->via_names != NULL ? step->via_names : transport_name(scene.wire),
                           step->via, call, cseq, response ? ";tag=t" : "", call, cseq,
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
        feed_segment(step, true, TCP_ACK | step->events, strlen(text));
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
    if (step->line != NULL) {
        feed_message(step);
    } else if (step->from != NULL) {
        feed_segment(step, true, step->events, step->events & (TCP_SYN | TCP_RST) ? 0 : 10);
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

static void play(const struct test_case *scenario)
{
    struct analysis_config config = analysis_config_default();
    const char *last = "";
    g_autofree char *findings = NULL;

    g_test_message("%s", scenario->what);
    scene.analysis = analysis_new(&config);
    scene.scenario = scenario;
    scene.wire = scenario->wire != TRANSPORT_UNKNOWN ? scenario->wire : TRANSPORT_TLS;
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

/* ---- offering an alias ---------------------------------------------------------------------- */

static void test_alias_transport(void)
{
    static const struct test_case cases[] = {
        {"alias over UDP", "1 alias-udp note", .wire = TRANSPORT_UDP,
         .steps = {{1, A, B, -1, .line = "OPTIONS sip:b.example", .via = "192.0.2.1;alias"}}},
        {"UDP without alias", "", .wire = TRANSPORT_UDP,
         .steps = {{1, A, B, -1, .line = "OPTIONS sip:b.example", .via = "192.0.2.1;rport"}}},
        {"alias over TCP", "2 alias-non-tls note", .wire = TRANSPORT_TCP, .steps = {ALIASED}},
        {"alias over SCTP", "1 alias-non-tls note", .wire = TRANSPORT_SCTP,
         .steps = {{1, A, B, -1, .line = "OPTIONS sip:b.example", .via = "192.0.2.1;alias"}}},
        {"no alias over TCP", "", .wire = TRANSPORT_TCP, .steps = {USED}},
        /* E39: the alias parameter of a Contact is another thing */
        {"alias in Contact", "", .wire = TRANSPORT_TCP,
         .steps = {OPENED,
                   {300, FORWARD, .line = "OPTIONS sip:p2.example.net", .via = "p1.example.com",
                    .more = "Contact: <sip:a@192.0.2.1;alias=192.0.2.1~49160~2>\r\n"}}},
        {"alias over TLS", "", .steps = {ALIASED}},
        {"plain leg behind a TLS terminator, by its Via", "", .wire = TRANSPORT_TCP,
         .steps = {OPENED,
                   {300, FORWARD, .line = "OPTIONS sip:p2.example.net",
                    .via = "p1.example.com;alias", .via_names = "TLS"}}},
        {"alias with a value",
         "2 alias-syntax note",
         {"alias=1"},
         .steps = {OPENED,
                   {300, FORWARD, .line = "OPTIONS sip:p2.example.net",
                    .via = "p1.example.com;alias=1"}}},
    };

    PLAY(cases);
}

static void test_alias_no_client_cert(void)
{
    static const struct test_case cases[] = {
        {"empty list",
         "2 alias-no-client-cert warn",
         {"empty list"},
         .handshake = EMPTY,
         .steps = {ALIASED}},
        {"not asked for",
         "2 alias-no-client-cert warn",
         {"the server did not ask"},
         .handshake = NOT_ASKED,
         .steps = {ALIASED}},
        {"E55: a user agent that registers", "2 alias-no-client-cert note", .handshake = NOT_ASKED,
         .steps = {OPENED, REGISTERED(";transport=tls")}},
        {"presented", "", .steps = {ALIASED}},
        {"none, and no alias", "", .handshake = EMPTY, .steps = {USED}},
        {"resumed, original not in the file", "", .handshake = RESUMED, .steps = {ALIASED}},
        {"TLS 1.3 without keys", "", .handshake = CLOSED_1_3, .steps = {ALIASED}},
        {"handshake not captured", "",
         .steps = {{300, FORWARD, .line = "OPTIONS sip:p2.example.net",
                    .via = "p1.example.com;alias"}}},
    };

    PLAY(cases);
}

static void test_alias_sentby(void)
{
    static const struct test_case cases[] = {
        {"sent-by in another name",
         "2 alias-sentby-not-in-cert note",
         {"gw1.example.com", "p1.example.com, example.com"},
         .steps = {OPENED,
                   {300, FORWARD, .line = "OPTIONS sip:p2.example.net",
                    .via = "gw1.example.com;alias"}}},
        {"sent-by is one of the identities", "",
         .steps = {OPENED,
                   {300, FORWARD, .line = "OPTIONS sip:p2.example.net",
                    .via = "EXAMPLE.com;alias"}}},
        {"sent-by is an address", "",
         .steps = {OPENED,
                   {300, FORWARD, .line = "OPTIONS sip:p2.example.net", .via = "192.0.2.1;alias"}}},
        {"certificate unknown", "", .handshake = RESUMED,
         .steps = {OPENED,
                   {300, FORWARD, .line = "OPTIONS sip:p2.example.net",
                    .via = "gw1.example.com;alias"}}},
        {"no alias asked for", "",
         .steps = {OPENED,
                   {300, FORWARD, .line = "OPTIONS sip:p2.example.net", .via = "gw1.example.com"}}},
        {"two domains on one alias",
         "3 alias-sentby-not-in-cert note, 3 alias-cross-domain note",
         {"p1.example.com and p1.example.net"},
         .steps = {OPENED,
                   {300, FORWARD, .line = "OPTIONS sip:p2.example.net",
                    .via = "p1.example.com;alias"},
                   {500, FORWARD, .line = "OPTIONS sip:p2.example.net", .call = "other",
                    .via = "p1.example.net;alias"}}},
        {"one domain on one alias", "",
         .steps = {OPENED,
                   {300, FORWARD, .line = "OPTIONS sip:p2.example.net",
                    .via = "p1.example.com;alias"},
                   {500, FORWARD, .line = "OPTIONS sip:p2.example.net", .call = "other",
                    .via = "P1.example.com;alias"}}},
        {"two domains, no alias", "",
         .steps = {OPENED,
                   {300, FORWARD, .line = "OPTIONS sip:p2.example.net", .via = "p1.example.com"},
                   {500, FORWARD, .line = "OPTIONS sip:p2.example.net", .call = "other",
                    .via = "p1.example.net"}}},
    };

    PLAY(cases);
}

/* ---- identity of the server ----------------------------------------------------------------- */

static void test_server_identity(void)
{
    static const struct test_case cases[] = {
        {"not the name asked for",
         "2 tls-server-identity-mismatch warn",
         {"c.example.net", "b.example.net"},
         .server_name = "b.example.net",
         .b_names = "c.example.net",
         .steps = {USED}},
        {"not the next hop",
         "2 tls-server-identity-mismatch warn",
         {"p2.example.net"},
         .b_names = "c.example.net",
         .steps = {USED}},
        {"the name asked for, though not the next hop", "", .server_name = "c.example.net",
         .b_names = "c.example.net", .steps = {USED}},
        {"the next hop", "", .steps = {USED}},
        {"closed without a request", "", .server_name = "b.example.net",
         .steps = {OPENED, {300, FORWARD, .events = TCP_ACK | TCP_FIN}}},
        {"next hop is an address, no name asked for", "", .b_names = "c.example.net",
         .steps = {OPENED,
                   {300, FORWARD, .line = "OPTIONS sip:192.0.2.128", .via = "p1.example.com"}}},
        {"certificate unknown: resumed", "", .handshake = RESUMED, .server_name = "b.example.net",
         .steps = {USED}},
        {"certificate unknown: TLS 1.3 without keys", "", .handshake = CLOSED_1_3,
         .server_name = "b.example.net", .steps = {USED}},
        {"only by a wildcard", "2 cert-wildcard note, 2 tls-server-identity-mismatch warn",
         .b_names = "*.example.net", .steps = {USED}},
        {"a wildcard beside the name", "", .b_names = "*.example.net p2.example.net",
         .steps = {USED}},
        {"a wildcard one label off", "2 tls-server-identity-mismatch warn",
         .b_names = "*.example.org", .steps = {USED}},
    };

    PLAY(cases);
}

/* ---- using an alias ------------------------------------------------------------------------- */

static void test_alias_not_used(void)
{
    static const struct test_case cases[] = {
        {"new connection beside the alias",
         "6 alias-not-used note",
         {"192.0.2.1:5061", "connection 1", "frame"},
         .steps = {ALIASED,
                   {5000, B_CLIENT, A_LISTENER, 1, .open = true},
                   {5100, B_CLIENT, A_LISTENER, 1, .line = "MESSAGE sip:p1.example.com",
                    .via = "p2.example.net", .call = "back"},
                   {5200, FORWARD, .events = TCP_ACK}}},
        {"not proven open", "",
         .steps = {ALIASED,
                   {5000, B_CLIENT, A_LISTENER, 1, .open = true},
                   {5100, B_CLIENT, A_LISTENER, 1, .line = "MESSAGE sip:p1.example.com",
                    .via = "p2.example.net", .call = "back"}}},
        {"alias closed", "",
         .steps = {ALIASED,
                   {4000, BACK, .events = TCP_ACK | TCP_FIN},
                   {5000, B_CLIENT, A_LISTENER, 1, .open = true},
                   {5050, FORWARD, .events = TCP_ACK},
                   {5100, B_CLIENT, A_LISTENER, 1, .line = "MESSAGE sip:p1.example.com",
                    .via = "p2.example.net", .call = "back"}}},
        /* RFC 5923 9.3: then a connection of its own is right */
        {"another domain", "5 tls-server-identity-mismatch warn",
         .steps = {ALIASED,
                   {5000, B_CLIENT, A_LISTENER, 1, .open = true},
                   {5100, B_CLIENT, A_LISTENER, 1, .line = "MESSAGE sip:x@example.org",
                    .via = "p2.example.net", .call = "back"},
                   {5200, FORWARD, .events = TCP_ACK}}},
        {"alias not verified", "", .handshake = UNPROVEN,
         .steps = {ALIASED,
                   {5000, B_CLIENT, A_LISTENER, 1, .open = true},
                   {5100, B_CLIENT, A_LISTENER, 1, .line = "MESSAGE sip:p1.example.com",
                    .via = "p2.example.net", .call = "back"},
                   {5200, FORWARD, .events = TCP_ACK}}},
    };

    PLAY(cases);
}

static void test_alias_refused(void)
{
    static const struct test_case cases[] = {
        {"reset at once",
         "5 alias-refused error",
         {"it reset the connection", "MESSAGE"},
         .steps = {ALIASED,
                   BACK_TO(60000, "sip:p1.example.com"),
                   {60010, FORWARD, .events = TCP_RST}}},
        {"closed behind a round trip", "5 alias-refused error",
         .steps = {ALIASED,
                   BACK_TO(60000, "sip:p1.example.com"),
                   {61000, FORWARD, .events = TCP_ACK | TCP_FIN}}},
        {"no answer in 32 s",
         "6 alias-refused error",
         {"it did not answer", "frame"},
         .steps = {ALIASED,
                   BACK_TO(5000, "sip:p1.example.com"),
                   {20000, FORWARD, .events = TCP_ACK},
                   {.ms = 38000}}},
        {"answered", "",
         .steps =
             {ALIASED, BACK_TO(5000, "sip:p1.example.com"), BACK_ANSWERED(5100), {.ms = 38000}}},
        {"the capture ends", "",
         .steps = {ALIASED, BACK_TO(5000, "sip:p1.example.com"), {.ms = 10000}}},
        {"segments are missing", "",
         .steps = {ALIASED,
                   BACK_TO(5000, "sip:p1.example.com"),
                   {5100, FORWARD, .events = TCP_ACK | TCP_GAP},
                   {.ms = 38000}}},
        {"answered elsewhere", "",
         .steps = {ALIASED,
                   BACK_TO(5000, "sip:p1.example.com"),
                   {5050, "192.0.2.1:49161", B, 1, .open = true},
                   {5100, "192.0.2.1:49161", B, 1, .line = "200 MESSAGE", .call = "back",
                    .via = "p2.example.net;received=192.0.2.128"},
                   {.ms = 38000}}},
        {"reset long after", "",
         .steps = {ALIASED,
                   BACK_TO(60000, "sip:p1.example.com"),
                   {63000, FORWARD, .events = TCP_RST}}},
        {"E40: it crossed the FIN", "",
         .steps = {ALIASED,
                   BACK_TO(60000, "sip:p1.example.com"),
                   {60005, FORWARD, .events = TCP_ACK | TCP_FIN},
                   {61000, B_CLIENT, A_LISTENER, 1, .open = true},
                   {61100, B_CLIENT, A_LISTENER, 1, .line = "MESSAGE sip:p1.example.com",
                    .via = "p2.example.net", .call = "back"}}},
        {"not on an alias", "4 reuse-no-alias warn",
         .steps = {USED,
                   BACK_TO(60000, "sip:p1.example.com"),
                   {60010, FORWARD, .events = TCP_RST}}},
    };

    PLAY(cases);
}

static void test_alias_default_port(void)
{
    static const struct test_case cases[] = {
        {"refused",
         "5 alias-default-port-closed warn",
         {"192.0.2.1:5061"},
         .steps = {ALIASED,
                   {5000, B_CLIENT, A_LISTENER, 1, .events = TCP_SYN},
                   {5010, A_LISTENER, B_CLIENT, 1, .events = TCP_RST | TCP_ACK}}},
        {"accepted", "", .steps = {ALIASED, {5000, B_CLIENT, A_LISTENER, 1, .open = true}}},
        {"another port", "",
         .steps = {ALIASED,
                   {5000, B_CLIENT, "192.0.2.1:5071", 1, .events = TCP_SYN},
                   {5010, "192.0.2.1:5071", B_CLIENT, 1, .events = TCP_RST | TCP_ACK}}},
        {"a NAT", "",
         .steps = {OPENED,
                   {300, FORWARD, .line = "OPTIONS sip:p2.example.net", .via = "10.1.1.1;alias"},
                   ANSWERED(400, "10.1.1.1;alias;received=192.0.2.1"),
                   {5000, B_CLIENT, A_LISTENER, 1, .events = TCP_SYN},
                   {5010, A_LISTENER, B_CLIENT, 1, .events = TCP_RST | TCP_ACK}}},
        {"a middlebox, by the TTL of its RST", "",
         .steps = {ALIASED,
                   {5000, B_CLIENT, A_LISTENER, 1, .events = TCP_SYN},
                   {5010, A_LISTENER, B_CLIENT, 1, .events = TCP_RST | TCP_ACK, .ttl = 255}}},
        {"silence", "",
         .steps = {ALIASED,
                   {5000, B_CLIENT, A_LISTENER, 1, .events = TCP_SYN},
                   {8000, B_CLIENT, A_LISTENER, 1, .events = TCP_SYN},
                   {14000, B_CLIENT, A_LISTENER, 1, .events = TCP_SYN}}},
    };

    PLAY(cases);
}

static void test_alias_not_kept(void)
{
    static const struct test_case cases[] = {
        {"closed 1 s after the last answer",
         "6 alias-not-kept note",
         {"1 s"},
         .steps = {ALIASED,
                   BACK_TO(5000, "sip:p1.example.com"),
                   BACK_ANSWERED(5100),
                   {6100, FORWARD, .events = TCP_ACK | TCP_FIN}}},
        {"closed by an alert", "4 alias-not-kept note",
         .steps = {ALIASED, {1400, FORWARD, .events = TCP_ACK | TCP_TLS | TCP_CLOSE_NOTIFY}}},
        {"closed when idle for 60 s", "",
         .steps = {ALIASED, {60400, FORWARD, .events = TCP_ACK | TCP_FIN}}},
        {"closed by the other side", "",
         .steps = {ALIASED, {1400, BACK, .events = TCP_ACK | TCP_FIN}}},
        {"closed by the other side first", "",
         .steps = {ALIASED,
                   {1400, BACK, .events = TCP_ACK | TCP_FIN},
                   {1410, FORWARD, .events = TCP_ACK | TCP_FIN}}},
        {"no alias offered", "", .steps = {USED, {1400, FORWARD, .events = TCP_ACK | TCP_FIN}}},
        {"a fatal alert", "",
         .steps = {ALIASED,
                   {1400, FORWARD, .events = TCP_ACK | TCP_TLS | TCP_TLS_FATAL},
                   {1401, FORWARD, .events = TCP_ACK | TCP_FIN}}},
        {"a ping without pong", "",
         .steps = {ALIASED,
                   {1400, FORWARD, .events = TCP_ACK | TCP_PING},
                   {12400, FORWARD, .events = TCP_ACK | TCP_FIN}}},
    };

    PLAY(cases);
}

static void test_alias_stale(void)
{
    static const struct test_case cases[] = {
        {"used after the FIN",
         "6 alias-stale warn",
         {"MESSAGE", "192.0.2.1:49160", "5 s"},
         .steps = {ALIASED,
                   {60000, FORWARD, .events = TCP_ACK | TCP_FIN},
                   BACK_TO(65000, "sip:p1.example.com"),
                   {.ms = 98000}}},
        {"used after the closure alert",
         "5 tls-request-after-close-notify error, 6 alias-stale warn",
         .steps = {ALIASED,
                   {60000, FORWARD, .events = TCP_ACK | TCP_TLS | TCP_CLOSE_NOTIFY},
                   BACK_TO(65000, "sip:p1.example.com"),
                   {.ms = 98000}}},
        {"then over a new connection", "",
         .steps = {ALIASED,
                   {60000, FORWARD, .events = TCP_ACK | TCP_FIN},
                   BACK_TO(65000, "sip:p1.example.com"),
                   {65500, B_CLIENT, A_LISTENER, 1, .open = true},
                   {66000, B_CLIENT, A_LISTENER, 1, .line = "MESSAGE sip:p1.example.com",
                    .via = "p2.example.net", .call = "back"},
                   {.ms = 98000}}},
        {"then another request over a new connection", "",
         .steps = {ALIASED,
                   {60000, FORWARD, .events = TCP_ACK | TCP_FIN},
                   BACK_TO(65000, "sip:p1.example.com"),
                   {65500, B_CLIENT, A_LISTENER, 1, .open = true},
                   {66000, B_CLIENT, A_LISTENER, 1, .line = "OPTIONS sip:p1.example.com",
                    .via = "p2.example.net", .call = "other"},
                   {.ms = 98000}}},
        {"the capture ends before it could be", "",
         .steps = {ALIASED,
                   {60000, FORWARD, .events = TCP_ACK | TCP_FIN},
                   BACK_TO(65000, "sip:p1.example.com"),
                   {.ms = 90000}}},
        {"E40: it crossed the FIN", "",
         .steps = {ALIASED,
                   {60000, FORWARD, .events = TCP_ACK | TCP_FIN},
                   BACK_TO(60005, "sip:p1.example.com"),
                   {.ms = 98000}}},
    };

    PLAY(cases);
}

static void test_request_after_close_notify(void)
{
    static const struct test_case cases[] = {
        {"1 s after the alert",
         "5 tls-request-after-close-notify error",
         {"OPTIONS", "1 s"},
         .steps = {USED,
                   {40000, BACK, .events = TCP_ACK | TCP_TLS | TCP_CLOSE_NOTIFY},
                   {41000, FORWARD, .line = "OPTIONS sip:p2.example.net", .via = "p1.example.com",
                    .cseq = 2}}},
        {"it crossed the alert", "",
         .steps = {USED,
                   {40000, BACK, .events = TCP_ACK | TCP_TLS | TCP_CLOSE_NOTIFY},
                   {40005, FORWARD, .line = "OPTIONS sip:p2.example.net", .via = "p1.example.com",
                    .cseq = 2}}},
        {"a response", "",
         .steps = {OPENED,
                   {300, FORWARD, .line = "OPTIONS sip:p2.example.net", .via = "p1.example.com"},
                   {400, FORWARD, .events = TCP_ACK | TCP_TLS | TCP_CLOSE_NOTIFY},
                   ANSWERED(1400, "p1.example.com;received=192.0.2.1")}},
        {"no keys: only the FIN is seen", "",
         .steps = {USED,
                   {40000, BACK, .events = TCP_ACK | TCP_TLS},
                   {40001, BACK, .events = TCP_ACK | TCP_FIN},
                   {41000, FORWARD, .line = "OPTIONS sip:p2.example.net", .via = "p1.example.com",
                    .cseq = 2}}},
    };

    PLAY(cases);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/alias-rules/offer/transport", test_alias_transport);
    g_test_add_func("/alias-rules/offer/no-certificate", test_alias_no_client_cert);
    g_test_add_func("/alias-rules/offer/sent-by", test_alias_sentby);
    g_test_add_func("/alias-rules/server-identity", test_server_identity);
    g_test_add_func("/alias-rules/use/not-used", test_alias_not_used);
    g_test_add_func("/alias-rules/use/refused", test_alias_refused);
    g_test_add_func("/alias-rules/use/default-port", test_alias_default_port);
    g_test_add_func("/alias-rules/end/not-kept", test_alias_not_kept);
    g_test_add_func("/alias-rules/end/stale", test_alias_stale);
    g_test_add_func("/alias-rules/end/closure-alert", test_request_after_close_notify);
    return g_test_run();
}

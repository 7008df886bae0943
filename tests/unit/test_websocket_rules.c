/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules of catalogue section C9: SIP over WebSocket (RFC 7118). */
#include <glib.h>
#include <string.h>

#include "analysis.h"

#define MILLISECOND INT64_C(1000000)
#define START (INT64_C(1700000000) * 1000 * MILLISECOND)
#define STEPS_MAX 8
#define FRAMES_MAX 64

/* F12 */
#define CLIENT "203.0.113.9:55555"
#define CLIENT_AGAIN "203.0.113.9:55556"
#define SERVER "198.51.100.5:443"
#define SERVER_CLIENT "198.51.100.5:40000"

static struct endpoint at(const char *text)
{
    struct host_port host_port;

    g_assert_true(host_port_parse(slice_of(text), &host_port));
    return endpoint_make(&host_port.ip, host_port.port);
}

/* ---- a capture, step by step ----------------------------------------------------------------- */

/* What is 0 or NULL is the usual: one SIP message in one WebSocket message. */
struct step {
    int64_t ms;
    const char *from, *to;
    int64_t stream;
    bool open;        /* TCP and WebSocket handshake, as the case has it */
    unsigned events;  /* of a segment without a message */
    const char *line; /* "REGISTER sip:example.com", "200 REGISTER" */
    const char *sent_by, *more;
    unsigned together; /* SIP messages in its WebSocket message */
    bool split;
    bool same_frame; /* as the step before */
};

struct test_case {
    const char *what;
    const char *findings; /* "3 ws-subprotocol warn, …": the step, id, severity */
    const char *says[3];  /* parts of the text of the last finding */
    enum transport wire;  /* unknown: WSS */
    /* Sec-WebSocket-Protocol; NULL: sip, "-": the header is missing, "?": not captured. */
    const char *offered, *agreed;
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

static void feed_handshake(const struct step *step, bool is_answer, const char *protocols)
{
    struct packet_websocket websocket = {.stream = step->stream, .is_answer = is_answer};

    if (protocols != NULL && strcmp(protocols, "?") == 0) {
        return;
    }
    websocket.protocols = slice_of(protocols == NULL             ? "sip"
                                   : strcmp(protocols, "-") == 0 ? NULL
                                                                 : protocols);
    begin_frame(step->ms + (is_answer ? 20 : 11));
    feed_segment(step, !is_answer, TCP_ACK | (is_answer ? 0 : TCP_HTTP_UPGRADE), 100);
    analysis_websocket(scene.analysis, &websocket);
    analysis_end_frame(scene.analysis);
}

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
    analysis_end_frame(scene.analysis);
    if (transport_is_websocket(scene.wire)) {
        feed_handshake(step, false, scene.scenario->offered);
        feed_handshake(step, true, scene.scenario->agreed);
    }
}

static char *step_text(const struct step *step)
{
    g_auto(GStrv) words = g_strsplit(step->line, " ", 2);
    bool response = g_ascii_isdigit(words[0][0]);
    const char *method = words[response ? 1 : 0];
    g_autofree char *first = response ? g_strdup_printf("SIP/2.0 %s Reason", words[0])
                                      : g_strdup_printf("%s SIP/2.0", step->line);

    return g_strdup_printf("%s\r\nVia: SIP/2.0/%s %s;branch=z9hG4bK%s\r\nMax-Forwards: 70\r\n"
                           "From: <sip:a@example.com>;tag=f\r\nTo: <sip:a@example.com>%s\r\n"
                           "Call-ID: %s\r\nCSeq: 1 %s\r\n%sContent-Length: 0\r\n\r\n",
                           first, transport_name(scene.wire), step->sent_by, method,
                           response ? ";tag=t" : "", method, method,
                           step->more != NULL ? step->more : "");
}

static void feed_message(const struct step *step)
{
    g_autofree char *text = step_text(step);
    struct packet_message message = {.transport = scene.wire,
                                     .stream = step->stream,
                                     .src = at(step->from),
                                     .dst = at(step->to),
                                     .bytes = slice_of(text),
                                     .websocket_messages = step->together != 0 ? step->together : 1,
                                     .websocket_split = step->split,
                                     .ttl = 64};

    if (!step->same_frame) {
        feed_segment(step, true, TCP_ACK, strlen(text));
    }
    g_assert_true(analysis_message(scene.analysis, &message));
}

static void feed(const struct step *step, bool frame_goes_on)
{
    if (step->open) {
        feed_open(step);
        return;
    }
    if (!step->same_frame) {
        begin_frame(step->ms);
    }
    if (step->line != NULL) {
        feed_message(step);
    } else {
        feed_segment(step, true, step->events, step->events & (TCP_SYN | TCP_FIN) ? 0 : 10);
    }
    if (!frame_goes_on) {
        analysis_end_frame(scene.analysis);
    }
}

/* Findings of C9 as "3 ws-subprotocol warn, …"; *last: the text of the last one. */
static char *findings_text(const char **last)
{
    const GPtrArray *findings = analysis_findings(scene.analysis);
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(findings, i);
        const struct rule *rule = rule_get(finding->rule);

        if (strcmp(rule->section, "C9") == 0) {
            g_string_append_printf(
                text, "%s%u %s %s%s%s", text->len > 0 ? ", " : "", scene.step_of[finding->frame],
                rule->id, severity_name(finding->severity), finding->presumed ? ".presumed" : "",
                finding->count > 1 ? ", again" : "");
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
    scene.wire = scenario->wire != TRANSPORT_UNKNOWN ? scenario->wire : TRANSPORT_WSS;
    scene.frame = 0;
    for (unsigned i = 0; i < STEPS_MAX && scenario->steps[i].from != NULL; i++) {
        scene.step = i + 1;
        feed(&scenario->steps[i], i + 1 < STEPS_MAX && scenario->steps[i + 1].same_frame);
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

#define FORWARD CLIENT, SERVER, 0
#define BACK SERVER, CLIENT, 0
#define OPENED                                                                                     \
    {                                                                                              \
        0, FORWARD, .open = true                                                                   \
    }
/* Its sent-by is no .invalid name, to leave ws-sentby-invalid out. */
#define REGISTERS                                                                                  \
    {                                                                                              \
        100, FORWARD, .line = "REGISTER sip:example.com", .sent_by = "ua.example.com"              \
    }
#define REGISTERS_AT(contact_)                                                                     \
    {                                                                                              \
        100, FORWARD, .line = "REGISTER sip:example.com", .sent_by = "ua.example.com",             \
                      .more = "Contact: <sip:a@" contact_ ">\r\nExpires: 60\r\n"                   \
    }
#define ACCEPTED(ms_, from_, to_, stream_)                                                         \
    {                                                                                              \
        ms_, from_, to_, stream_, .line = "200 REGISTER", .sent_by = "ua.example.com"              \
    }

static void test_backward_connect(void)
{
    static const struct test_case cases[] = {
        {"a connection to its Contact",
         "4 ws-backward-connect error",
         {"203.0.113.9:5062", "Contact in frame 6", "connection 1"},
         .steps = {OPENED,
                   REGISTERS_AT("203.0.113.9:5062;transport=ws"),
                   ACCEPTED(200, SERVER, CLIENT, 0),
                   {5000, SERVER_CLIENT, "203.0.113.9:5062", 1, .events = TCP_SYN}}},
        {"a connection to its Contact, default port",
         "4 ws-backward-connect error",
         {"203.0.113.9:443"},
         .steps = {OPENED,
                   REGISTERS_AT("203.0.113.9;transport=wss"),
                   ACCEPTED(200, SERVER, CLIENT, 0),
                   {5000, SERVER_CLIENT, "203.0.113.9:443", 1, .events = TCP_SYN}}},
        {"a connection to a Contact that does not name WebSocket", "",
         .steps = {OPENED,
                   REGISTERS_AT("203.0.113.9:5062;transport=tcp"),
                   ACCEPTED(200, SERVER, CLIENT, 0),
                   {5000, SERVER_CLIENT, "203.0.113.9:5062", 1, .events = TCP_SYN}}},
        {"a connection to another port", "",
         .steps = {OPENED,
                   REGISTERS_AT("203.0.113.9:5062;transport=ws"),
                   ACCEPTED(200, SERVER, CLIENT, 0),
                   {5000, SERVER_CLIENT, "203.0.113.9:5063", 1, .events = TCP_SYN}}},
        {"a response on a second WebSocket of the client",
         "4 ws-backward-connect error",
         {"response 200 to frame 11", "connection 1"},
         .steps = {OPENED,
                   {50, CLIENT_AGAIN, SERVER, 1, .open = true},
                   REGISTERS,
                   ACCEPTED(200, SERVER, CLIENT_AGAIN, 1)}},
        {"a response on a connection that the server opens", "4 ws-backward-connect error",
         .steps = {OPENED,
                   REGISTERS,
                   {150, SERVER_CLIENT, "203.0.113.9:5062", 1, .open = true},
                   ACCEPTED(200, SERVER_CLIENT, "203.0.113.9:5062", 1)}},
        {"a response on a new connection after the close", "5 ws-backward-connect error",
         .steps = {OPENED,
                   REGISTERS,
                   {120, FORWARD, .events = TCP_ACK | TCP_WS_CLOSE},
                   {150, SERVER_CLIENT, "203.0.113.9:5062", 1, .open = true},
                   ACCEPTED(200, SERVER_CLIENT, "203.0.113.9:5062", 1)}},
        {"F12: the response and a request on the connection of the client", "",
         .steps = {OPENED,
                   REGISTERS_AT("203.0.113.9:5062;transport=ws"),
                   ACCEPTED(200, SERVER, CLIENT, 0),
                   {3000, BACK, .line = "INVITE sip:a@203.0.113.9:5062;transport=ws",
                    .sent_by = "198.51.100.5"}}},
    };

    PLAY(cases);
}

static void test_subprotocol(void)
{
    static const struct test_case cases[] = {
        {"the 101 without",
         "2 ws-subprotocol warn",
         {"101"},
         .agreed = "-",
         .steps = {OPENED, REGISTERS}},
        {"the 101 with another one",
         "2 ws-subprotocol warn",
         {"101"},
         .offered = "xmpp, sip",
         .agreed = "xmpp",
         .steps = {OPENED, REGISTERS}},
        {"the request without",
         "2 ws-subprotocol warn",
         {"Upgrade request"},
         .offered = "-",
         .steps = {OPENED, REGISTERS}},
        {"a name that begins with it", "2 ws-subprotocol warn", .agreed = "sipx",
         .steps = {OPENED, REGISTERS}},
        {"offered and agreed", "", .steps = {OPENED, REGISTERS}},
        {"offered among others, over WS", "", .wire = TRANSPORT_WS, .offered = "xmpp,  sip",
         .steps = {OPENED, REGISTERS}},
        {"handshake not captured", "", .offered = "?", .agreed = "?", .steps = {OPENED, REGISTERS}},
        {"no SIP on it", "", .offered = "chat", .agreed = "chat", .steps = {OPENED}},
    };

    PLAY(cases);
}

static void test_multiple_messages(void)
{
    static const struct test_case cases[] = {
        {"two in one WebSocket message",
         "2 ws-multiple-messages warn",
         {"2 SIP messages"},
         .steps = {OPENED,
                   {100, FORWARD, .line = "REGISTER sip:example.com", .sent_by = "ua.example.com",
                    .together = 2},
                   {100, FORWARD, .line = "OPTIONS sip:example.com", .sent_by = "ua.example.com",
                    .together = 2, .same_frame = true}}},
        {"one over several WebSocket messages",
         "2 ws-multiple-messages warn",
         {"a part of a SIP message"},
         .steps = {OPENED,
                   {100, FORWARD, .line = "REGISTER sip:example.com", .sent_by = "ua.example.com",
                    .split = true}}},
        {"in a response", "3 ws-multiple-messages warn",
         .steps = {OPENED,
                   REGISTERS,
                   {200, BACK, .line = "200 REGISTER", .sent_by = "ua.example.com",
                    .together = 3}}},
        /* two WebSocket messages in one segment, or one in several frames */
        {"one in each", "",
         .steps = {OPENED,
                   REGISTERS,
                   {100, FORWARD, .line = "OPTIONS sip:example.com", .sent_by = "ua.example.com",
                    .same_frame = true}}},
    };

    PLAY(cases);
}

static void test_sentby_invalid(void)
{
    static const struct test_case cases[] = {
        {"F12",
         "2 ws-sentby-invalid chat",
         {"df7jal23ls0d.invalid"},
         .steps = {OPENED,
                   {100, FORWARD, .line = "REGISTER sip:example.com",
                    .sent_by = "df7jal23ls0d.invalid"}}},
        {"upper case", "2 ws-sentby-invalid chat",
         .steps = {OPENED,
                   {100, FORWARD, .line = "REGISTER sip:example.com", .sent_by = "x.INVALID"}}},
        {"a host name", "", .steps = {OPENED, REGISTERS}},
        {"a label that is not the last one", "",
         .steps = {OPENED,
                   {100, FORWARD, .line = "REGISTER sip:example.com",
                    .sent_by = "x.invalid.example.com"}}},
        {"over TCP", "", .wire = TRANSPORT_TCP,
         .steps = {OPENED,
                   {100, FORWARD, .line = "REGISTER sip:example.com", .sent_by = "x.invalid"}}},
    };

    PLAY(cases);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/websocket-rules/backward-connect", test_backward_connect);
    g_test_add_func("/websocket-rules/subprotocol", test_subprotocol);
    g_test_add_func("/websocket-rules/multiple-messages", test_multiple_messages);
    g_test_add_func("/websocket-rules/sentby-invalid", test_sentby_invalid);
    return g_test_run();
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "scene_private.h"

#define MILLISECOND INT64_C(1000000)
#define START (INT64_C(1700000000) * 1000 * MILLISECOND)

struct endpoint scene_endpoint(const char *text)
{
    struct host_port host_port;

    g_assert_true(host_port_parse(slice_of(text), &host_port));
    return endpoint_make(&host_port.ip, host_port.port);
}

/* ---- packets -------------------------------------------------------------------------------- */

void scene_begin_frame(struct scene *scene, int64_t ms)
{
    g_assert_cmpuint(++scene->frame, <, SCENE_FRAMES_MAX);
    scene->step_of[scene->frame] = scene->step;
    analysis_begin_frame(scene->analysis, scene->frame, START + ms * MILLISECOND);
}

void scene_segment(struct scene *scene, const struct scene_step *step, bool forward,
                   unsigned events, size_t length)
{
    struct packet_tcp tcp = {.stream = step->stream,
                             .src = scene_endpoint(forward ? step->from : step->to),
                             .dst = scene_endpoint(forward ? step->to : step->from),
                             .events = events,
                             .payload_length = (uint32_t)length,
                             .sequence = 1u << 30, /* behind all that is acknowledged */
                             .acknowledgment = scene->frame,
                             .ttl = step->ttl != 0 ? step->ttl : 64};

    analysis_tcp_segment(scene->analysis, &tcp);
}

static enum transport step_transport(const struct scene *scene, const struct scene_step *step)
{
    return step->stream < 0 && transport_is_tcp_based(scene->wire) ? TRANSPORT_UDP : scene->wire;
}

static char *step_text(const struct scene *scene, const struct scene_step *step)
{
    g_auto(GStrv) words = g_strsplit(step->line, " ", 2);
    bool response = g_ascii_isdigit(words[0][0]);
    const char *call = step->call != NULL ? step->call : "call";
    const char *to_tag = step->to_tag != NULL ? step->to_tag : response ? ";tag=t" : "";
    const char *via_names =
        step->via_names != NULL ? step->via_names : transport_name(step_transport(scene, step));
    unsigned cseq = step->cseq != 0 ? step->cseq : 1;
    g_autofree char *first = response ? g_strdup_printf("SIP/2.0 %s Reason", words[0])
                                      : g_strdup_printf("%s SIP/2.0", step->line);
    g_autofree char *branch =
        step->branch != NULL ? g_strdup(step->branch) : g_strdup_printf("%s%u", call, cseq);

    return g_strdup_printf("%s\r\nVia: SIP/2.0/%s %s;branch=z9hG4bK%s\r\nMax-Forwards: 70\r\n"
                           "From: <sip:%s@example.com>;tag=f\r\nTo: <sip:b@example.net>%s\r\n"
                           "Call-ID: %s\r\nCSeq: %u %s\r\n%sContent-Length: 0\r\n\r\n",
                           first, via_names, step->via, branch,
                           step->user != NULL ? step->user : "a", to_tag, call, cseq,
                           words[response ? 1 : 0], step->more != NULL ? step->more : "");
}

static void feed_message(struct scene *scene, const struct scene_step *step)
{
    g_autofree char *text = step_text(scene, step);
    enum transport transport = step_transport(scene, step);
    struct packet_message message = {.transport = transport,
                                     .stream = step->stream,
                                     .src = scene_endpoint(step->from),
                                     .dst = scene_endpoint(step->to),
                                     .bytes = slice_of(text),
                                     .websocket_split = step->split,
                                     .has_sctp_tag = step->tag != 0,
                                     .sctp_tag = step->tag,
                                     .ttl = 64};

    if (transport_is_websocket(transport)) {
        message.websocket_messages = step->together != 0 ? step->together : 1;
    }
    if (transport_is_tcp_based(transport) && !step->same_frame) {
        scene_segment(scene, step, true, TCP_ACK | step->events, strlen(text));
    }
    g_assert_true(analysis_message(scene->analysis, &message));
}

static void feed_association_end(struct scene *scene, const struct scene_step *step)
{
    struct packet_sctp_end end = {.src = scene_endpoint(step->from),
                                  .dst = scene_endpoint(step->to),
                                  .is_abort = step->chunk == CHUNK_ABORT,
                                  .tag = step->tag};

    analysis_sctp_end(scene->analysis, &end);
}

/* Destination unreachable, port unreachable (RFC 792). */
static void feed_unreachable(struct scene *scene, const struct scene_step *step)
{
    struct endpoint from = scene_endpoint(step->from);
    struct packet_icmp icmp = {.type = 3,
                               .code = 3,
                               .from =
                                   step->router != NULL ? scene_endpoint(step->router).ip : from.ip,
                               .tcp = true,
                               .src = scene_endpoint(step->to),
                               .dst = from};

    analysis_icmp_error(scene->analysis, &icmp);
}

static void feed_packet(struct scene *scene, const struct scene_step *step)
{
    bool empty = (step->events & (TCP_SYN | TCP_FIN | TCP_RST)) != 0;

    if (step->chunk != CHUNK_NONE) {
        feed_association_end(scene, step);
    }
    if (step->line != NULL) {
        feed_message(scene, step);
    } else if (step->unreachable) {
        feed_unreachable(scene, step);
    } else if (step->from != NULL && step->chunk == CHUNK_NONE) {
        scene_segment(scene, step, true, step->events, empty ? 0 : 10);
    }
}

static void feed_names(struct scene *scene)
{
    g_auto(GStrv) words = g_strsplit(scene->scenario->resolves, " ", -1);

    scene_begin_frame(scene, 0);
    for (unsigned i = 0; words[i] != NULL && words[i + 1] != NULL; i += 2) {
        struct endpoint place = scene_endpoint(words[i + 1]);

        analysis_dns_address(scene->analysis, slice_of(words[i]), &place.ip);
    }
    analysis_end_frame(scene->analysis);
}

static void feed_steps(struct scene *scene)
{
    const struct scene_step *steps = scene->scenario->steps;

    for (unsigned i = 0; i < SCENE_STEPS_MAX && (steps[i].from != NULL || steps[i].ms != 0); i++) {
        scene->step = i + 1;
        if (steps[i].open) {
            scene_open(scene, &steps[i]);
            continue;
        }
        if (!steps[i].same_frame) {
            scene_begin_frame(scene, steps[i].ms);
        }
        feed_packet(scene, &steps[i]);
        if (i + 1 == SCENE_STEPS_MAX || !steps[i + 1].same_frame) {
            analysis_end_frame(scene->analysis);
        }
    }
}

/* ---- findings ------------------------------------------------------------------------------- */

/* Whatever a finding is about: it stands at a message that its frame has, or at the frame. */
static void check_place(const struct scene *scene, const struct finding *finding)
{
    const struct frame_record *frame = analysis_frame(scene->analysis, finding->frame);

    g_assert_nonnull(frame);
    g_assert_cmpint(finding->message, <, (int)frame->message_count);
}

/* Findings of the section as in scene_case.findings; *last: the text of the last one. */
static char *findings_text(const struct scene *scene, const char *section, const char **last)
{
    const GPtrArray *findings = analysis_findings(scene->analysis);
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(findings, i);
        const struct rule *rule = rule_get(finding->rule);

        check_place(scene, finding);
        if (strcmp(rule->section, section) != 0) {
            continue;
        }
        g_string_append_printf(
            text, "%s%u %s %s%s%s", text->len > 0 ? ", " : "", scene->step_of[finding->frame],
            rule->id, severity_name(finding->severity), finding->presumed ? ".presumed" : "",
            finding->count > 1 ? " again" : "");
        *last = finding->text;
        /* The expert items that the plugin registers are those that the table names. */
        g_assert_cmphex(rule->severities & (1u << finding->severity), !=, 0);
    }
    return g_string_free(text, FALSE);
}

static void compare_findings(const struct scene *scene, const char *section)
{
    const struct scene_case *scenario = scene->scenario;
    const char *last = "";
    g_autofree char *findings = findings_text(scene, section, &last);

    g_assert_cmpstr(findings, ==, scenario->findings);
    for (unsigned i = 0; i < G_N_ELEMENTS(scenario->says) && scenario->says[i] != NULL; i++) {
        if (strstr(last, scenario->says[i]) == NULL) {
            g_test_fail_printf("\"%s\" does not say \"%s\"", last, scenario->says[i]);
        }
    }
}

struct analysis *scene_play(const char *section, enum transport wire,
                            const struct scene_case *scenario)
{
    struct analysis_config config = analysis_config_default();
    struct scene scene = {
        .analysis = analysis_new(&config),
        .scenario = scenario,
        .wire = scenario->wire != TRANSPORT_UNKNOWN ? scenario->wire : wire,
    };

    g_test_message("%s", scenario->what);
    if (scenario->resolves != NULL) {
        feed_names(&scene);
    }
    feed_steps(&scene);
    compare_findings(&scene, section);
    return scene.analysis;
}

void scene_play_all(const char *section, enum transport wire, const struct scene_case *cases,
                    unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        analysis_free(scene_play(section, wire, &cases[i]));
    }
}

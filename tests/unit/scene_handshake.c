/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The connections of a scene are opened: TCP, then TLS or WebSocket; SCTP. */
#include <glib.h>
#include <string.h>

#include "scene_private.h"

/* ---- TLS ------------------------------------------------------------------------------------ */

static void feed_tls(struct scene *scene, const struct scene_step *step, bool from_client,
                     struct packet_tls tls)
{
    enum scene_handshake handshake = scene->scenario->handshake;
    bool tls_1_3 = handshake == HANDSHAKE_CLOSED_1_3 || handshake == HANDSHAKE_NOT_ASKED_1_3;
    bool hello = tls.event == TLS_EVENT_CLIENT_HELLO || tls.event == TLS_EVENT_SERVER_HELLO;

    if (handshake == HANDSHAKE_CLOSED_1_3 && !hello) {
        return;
    }
    tls.stream = step->stream;
    tls.src = scene_endpoint(from_client ? step->from : step->to);
    tls.version = tls_1_3 ? 0x0304 : 0x0303;
    tls.decrypted = tls_1_3 && !hello;
    analysis_tls(scene->analysis, &tls);
}

static void feed_certificate(struct scene *scene, const struct scene_step *step, bool from_client)
{
    bool of_a = g_str_has_prefix(from_client ? step->from : step->to, "192.0.2.1:");
    const char *own = of_a ? scene->scenario->a_names : scene->scenario->b_names;
    const char *usual = of_a ? "p1.example.com example.com" : "p2.example.net";
    struct slice names[4];
    struct tls_certificate certificate = {.has_alternative_name = true, .dns_names = names};
    g_auto(GStrv) texts = g_strsplit(own != NULL ? own : usual, " ", G_N_ELEMENTS(names));

    for (; texts[certificate.dns_name_count] != NULL; certificate.dns_name_count++) {
        names[certificate.dns_name_count] = slice_of(texts[certificate.dns_name_count]);
    }
    feed_tls(scene, step, from_client,
             (struct packet_tls){.event = TLS_EVENT_CERTIFICATE,
                                 .certificate_count = 1,
                                 .certificate = &certificate});
}

/* Client and server name the same session if it is resumed, else none. */
static struct slice session_id(const struct scene *scene)
{
    return slice_of(scene->scenario->handshake == HANDSHAKE_RESUMED ? "session" : NULL);
}

static void feed_client_hello(struct scene *scene, const struct scene_step *step)
{
    feed_tls(scene, step, true,
             (struct packet_tls){.event = TLS_EVENT_CLIENT_HELLO,
                                 .session_id = session_id(scene),
                                 .server_name = slice_of(scene->scenario->server_name)});
}

static void feed_server_flight(struct scene *scene, const struct scene_step *step)
{
    enum scene_handshake handshake = scene->scenario->handshake;

    feed_tls(scene, step, false,
             (struct packet_tls){.event = TLS_EVENT_SERVER_HELLO, .session_id = session_id(scene)});
    if (handshake == HANDSHAKE_RESUMED) {
        feed_tls(scene, step, false, (struct packet_tls){.event = TLS_EVENT_FINISHED});
        return;
    }
    if (handshake == HANDSHAKE_MUTUAL || handshake == HANDSHAKE_UNPROVEN ||
        handshake == HANDSHAKE_EMPTY) {
        feed_tls(scene, step, false, (struct packet_tls){.event = TLS_EVENT_CERTIFICATE_REQUEST});
    }
    feed_certificate(scene, step, false);
}

static void feed_client_flight(struct scene *scene, const struct scene_step *step)
{
    enum scene_handshake handshake = scene->scenario->handshake;

    if (handshake == HANDSHAKE_MUTUAL || handshake == HANDSHAKE_UNPROVEN) {
        feed_certificate(scene, step, true);
    } else if (handshake == HANDSHAKE_EMPTY) {
        feed_tls(scene, step, true, (struct packet_tls){.event = TLS_EVENT_CERTIFICATE});
    }
    if (handshake == HANDSHAKE_MUTUAL) {
        feed_tls(scene, step, true, (struct packet_tls){.event = TLS_EVENT_CERTIFICATE_VERIFY});
    }
    feed_tls(scene, step, true, (struct packet_tls){.event = TLS_EVENT_FINISHED});
}

/* ---- WebSocket ------------------------------------------------------------------------------ */

static void feed_websocket(struct scene *scene, bool is_answer, const struct scene_step *step)
{
    const char *protocols = is_answer ? scene->scenario->agreed : scene->scenario->offered;
    struct packet_websocket websocket = {.stream = step->stream, .is_answer = is_answer};

    if (protocols == NULL) {
        websocket.protocols = slice_of("sip");
    } else if (strcmp(protocols, "-") != 0) {
        websocket.protocols = slice_of(protocols);
    }
    analysis_websocket(scene->analysis, &websocket);
}

static void feed_upgrade(struct scene *scene, const struct scene_step *step)
{
    feed_websocket(scene, false, step);
}

static void feed_upgrade_answer(struct scene *scene, const struct scene_step *step)
{
    feed_websocket(scene, true, step);
}

static bool is_captured(const char *protocols)
{
    return protocols == NULL || strcmp(protocols, "?") != 0;
}

/* ---- each transport ------------------------------------------------------------------------- */

struct opening_segment {
    int64_t after; /* ms */
    bool from_client;
    unsigned events;
    void (*feed)(struct scene *scene, const struct scene_step *step); /* what it carries, if any */
};

static void feed_opening(struct scene *scene, const struct scene_step *step,
                         const struct opening_segment *segment)
{
    scene_begin_frame(scene, step->ms + segment->after);
    scene_segment(scene, step, segment->from_client, segment->events,
                  segment->feed != NULL ? 100 : 0);
    if (segment->feed != NULL) {
        segment->feed(scene, step);
    }
    analysis_end_frame(scene->analysis);
}

static void open_tcp(struct scene *scene, const struct scene_step *step)
{
    static const struct opening_segment segments[] = {
        {0, true, TCP_SYN, NULL},
        {9, false, TCP_SYN | TCP_ACK, NULL},
        {10, true, TCP_ACK, NULL},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(segments) && !step->late; i++) {
        feed_opening(scene, step, &segments[i]);
    }
}

static void open_tls(struct scene *scene, const struct scene_step *step)
{
    static const struct opening_segment segments[] = {
        {11, true, TCP_ACK | TCP_TLS | TCP_CLIENT_HELLO, feed_client_hello},
        {20, false, TCP_ACK | TCP_TLS, feed_server_flight},
        {21, true, TCP_ACK | TCP_TLS, feed_client_flight},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(segments); i++) {
        feed_opening(scene, step, &segments[i]);
    }
}

/* Of WSS too: its TLS is of no interest to the rules about WebSocket. */
static void open_websocket(struct scene *scene, const struct scene_step *step)
{
    static const struct opening_segment upgrade = {11, true, TCP_ACK | TCP_HTTP_UPGRADE,
                                                   feed_upgrade};
    static const struct opening_segment answer = {20, false, TCP_ACK, feed_upgrade_answer};

    if (is_captured(scene->scenario->offered)) {
        feed_opening(scene, step, &upgrade);
    }
    if (is_captured(scene->scenario->agreed)) {
        feed_opening(scene, step, &answer);
    }
}

static void open_association(struct scene *scene, const struct scene_step *step)
{
    struct packet_sctp_init init = {.src = scene_endpoint(step->from),
                                    .dst = scene_endpoint(step->to),
                                    .initiate_tag = SCENE_TAG_TO};
    struct packet_sctp_init answer = {
        .src = init.dst, .dst = init.src, .is_ack = true, .initiate_tag = SCENE_TAG_FROM};

    scene_begin_frame(scene, step->ms);
    analysis_sctp_init(scene->analysis, &init);
    analysis_end_frame(scene->analysis);
    scene_begin_frame(scene, step->ms + 9);
    analysis_sctp_init(scene->analysis, &answer);
    analysis_end_frame(scene->analysis);
}

void scene_open(struct scene *scene, const struct scene_step *step)
{
    if (!transport_is_tcp_based(scene->wire)) {
        open_association(scene, step);
        return;
    }
    open_tcp(scene, step);
    if (transport_is_websocket(scene->wire)) {
        open_websocket(scene, step);
    } else if (transport_is_secure(scene->wire)) {
        open_tls(scene, step);
    }
}

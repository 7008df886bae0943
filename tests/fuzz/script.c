/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plays a script of packets into an analysis. */
#include "script.h"

#include <string.h>

#define MILLISECOND INT64_C(1000000)
#define SECOND (1000 * MILLISECOND)
#define START (INT64_C(1700000000) * SECOND)

/* Messages that later operations answer, forward or send again. */
#define SCRIPT_REMEMBERED 8

struct sent {
    struct packet_message packet; /* its bytes are those of text */
    GString *text;
};

struct script {
    struct script_reader reader;
    struct analysis *analysis;
    GPtrArray *frames;
    uint32_t frame;
    int64_t time;
    struct sent sent[SCRIPT_REMEMBERED];
    unsigned sent_count; /* of all times */
};

/* ---- memory of their own --------------------------------------------------------------------- */

/*
 * Each packet's bytes are a block of their own for the time of the call: reading beyond them and
 * keeping them is an error that the sanitizer sees.
 */
static struct slice packet_bytes(struct slice bytes)
{
    return (struct slice){bytes.len > 0 ? g_memdup2(bytes.ptr, bytes.len) : NULL, bytes.len};
}

static void packet_bytes_free(struct slice bytes)
{
    g_free((char *)bytes.ptr);
}

/* ---- frames ---------------------------------------------------------------------------------- */

static void frame_end(struct script *script)
{
    const struct frame_record *record = analysis_end_frame(script->analysis);

    if (record != NULL) {
        g_ptr_array_add(script->frames, (gpointer)record);
    }
}

static void frame_next(struct script *script)
{
    frame_end(script);
    analysis_begin_frame(script->analysis, ++script->frame, script->time);
}

/* Of the frames from the next one on. */
static void play_time(struct script *script)
{
    static const int64_t steps[] = {
        MILLISECOND,   10 * MILLISECOND, 500 * MILLISECOND,   4 * SECOND,
        11 * SECOND,   33 * SECOND,      70 * SECOND,         200 * SECOND,
        4000 * SECOND, -MILLISECOND,     -20 * MILLISECOND,   -2 * SECOND,
        -100 * SECOND, INT64_C(1) << 60, -(INT64_C(1) << 61),
    };
    unsigned choice = script_byte(&script->reader);

    if (choice == 0xff) {
        script->time = G_MININT64; /* a file may say anything */
    } else {
        /* In unsigned arithmetic, since it may wrap. */
        script->time =
            (int64_t)((uint64_t)script->time + (uint64_t)steps[choice % G_N_ELEMENTS(steps)]);
    }
}

/* ---- messages -------------------------------------------------------------------------------- */

static enum transport read_transport(struct script *script)
{
    return (enum transport)(script_byte(&script->reader) % (TRANSPORT_WSS + 1));
}

static struct packet_message read_packet(struct script *script)
{
    struct script_reader *reader = &script->reader;
    struct packet_message packet = {.transport = read_transport(script),
                                    .stream = (int64_t)(script_byte(reader) & 0xf) - 1,
                                    .src = script_endpoint(reader),
                                    .dst = script_endpoint(reader),
                                    .ttl = 64};

    return packet;
}

static void read_oddities(struct script *script, struct packet_message *packet)
{
    struct script_reader *reader = &script->reader;
    unsigned bits = script_word(reader);
    unsigned number = script_byte(reader);

    packet->cut = bits & 1 ? number : 0;
    packet->partial = (bits & 2) != 0;
    packet->tcp_retransmission = (bits & 4) != 0;
    packet->websocket_messages = bits & 8 ? number : 1;
    packet->websocket_split = (bits & 16) != 0;
    packet->ttl = bits & 32 ? (uint8_t)number : 64;
    packet->has_ip_id = (bits & 64) != 0;
    packet->ip_id = (uint16_t)number;
    packet->fragments = bits & 128 ? number : 0;
    packet->has_mac = (bits & 256) != 0;
    memset(packet->mac_src, (int)(number & 3), sizeof packet->mac_src);
    memset(packet->mac_dst, (int)(number >> 2 & 3), sizeof packet->mac_dst);
    packet->ipsec = (bits & 512) != 0;
    packet->has_ppid = (bits & 1024) != 0;
    packet->ppid = number;
    packet->sctp_unordered = (bits & 2048) != 0;
    packet->has_sctp_tag = (bits & 4096) != 0;
    packet->sctp_tag = number & 3;
}

static void send_segment(struct script *script, const struct packet_message *packet)
{
    struct packet_tcp tcp = {.stream = packet->stream,
                             .src = packet->src,
                             .dst = packet->dst,
                             .events = TCP_ACK,
                             .payload_length = (uint32_t)packet->bytes.len,
                             .sequence = 1u << 30, /* behind all that is acknowledged */
                             .acknowledgment = script->frame,
                             .ttl = packet->ttl};

    analysis_tcp_segment(script->analysis, &tcp);
}

/* text: taken over. */
static void send_message(struct script *script, struct packet_message *packet, GString *text)
{
    struct sent *sent = &script->sent[script->sent_count++ % SCRIPT_REMEMBERED];

    packet->bytes = packet_bytes((struct slice){text->str, text->len});
    if (transport_is_tcp_based(packet->transport)) {
        send_segment(script, packet);
    }
    analysis_message(script->analysis, packet);
    packet_bytes_free(packet->bytes);
    packet->bytes = (struct slice){NULL, 0};
    if (sent->text != NULL) {
        g_string_free(sent->text, TRUE);
    }
    sent->text = text;
    sent->packet = *packet;
}

static const struct sent *sent_of(struct script *script)
{
    unsigned back = script_byte(&script->reader) % SCRIPT_REMEMBERED;

    return back < script->sent_count
               ? &script->sent[(script->sent_count - 1 - back) % SCRIPT_REMEMBERED]
               : NULL;
}

static struct slice sent_text(const struct sent *sent)
{
    return (struct slice){sent->text->str, sent->text->len};
}

static void play_literal(struct script *script)
{
    struct packet_message packet = read_packet(script);
    struct slice text = script_text(&script->reader);

    send_message(script, &packet, g_string_new_len(text.ptr, (gssize)text.len));
}

static void play_odd_literal(struct script *script)
{
    struct packet_message packet = read_packet(script);
    struct slice text;

    read_oddities(script, &packet);
    text = script_text(&script->reader);
    send_message(script, &packet, g_string_new_len(text.ptr, (gssize)text.len));
}

static void play_request(struct script *script)
{
    struct packet_message packet = read_packet(script);
    GString *text = g_string_new(NULL);

    script_request(&script->reader, packet.transport, &packet.src, text);
    send_message(script, &packet, text);
}

/* The answer goes back, or to another place or connection. */
static void play_response(struct script *script)
{
    const struct sent *sent = sent_of(script);
    struct packet_message packet;
    unsigned way = script_byte(&script->reader);
    GString *text;

    if (sent == NULL) {
        return;
    }
    packet = sent->packet;
    packet.src = sent->packet.dst;
    packet.dst = sent->packet.src;
    packet.src = way & 1 ? script_endpoint(&script->reader) : packet.src;
    packet.dst = way & 2 ? script_endpoint(&script->reader) : packet.dst;
    packet.stream += way & 4 ? 1 : 0;
    packet.transport = way & 8 ? read_transport(script) : packet.transport;
    text = g_string_new(NULL);
    script_response(&script->reader, sent_text(sent), &sent->packet.src, text);
    send_message(script, &packet, text);
}

static void play_forward(struct script *script)
{
    const struct sent *sent = sent_of(script);
    struct packet_message packet = read_packet(script);
    GString *text;

    if (sent == NULL) {
        return;
    }
    packet.src = sent->packet.dst;
    text = g_string_new(NULL);
    script_forward(&script->reader, sent_text(sent), packet.transport, &packet.src, text);
    send_message(script, &packet, text);
}

/* Again, as it was or by another way. */
static void play_repeat(struct script *script)
{
    const struct sent *sent = sent_of(script);
    unsigned way = script_byte(&script->reader);
    struct packet_message packet;

    if (sent == NULL) {
        return;
    }
    packet = sent->packet;
    packet.src = way & 1 ? script_endpoint(&script->reader) : packet.src;
    packet.dst = way & 2 ? script_endpoint(&script->reader) : packet.dst;
    packet.stream += way & 4 ? 1 : 0;
    if (way & 8) {
        read_oddities(script, &packet);
    }
    send_message(script, &packet, g_string_new_len(sent->text->str, (gssize)sent->text->len));
}

/* ---- what is no message ----------------------------------------------------------------------- */

static void play_segment(struct script *script)
{
    struct script_reader *reader = &script->reader;
    unsigned stream = script_byte(reader);
    struct packet_tcp tcp = {.stream = stream & 0xf,
                             .src = script_endpoint(reader),
                             .dst = script_endpoint(reader),
                             .events = script_word(reader)};

    if (stream & 0x10) {
        tcp.events |= TCP_CUT;
        analysis_packet_cut(script->analysis);
    }
    tcp.payload_length = script_byte(reader);
    tcp.sequence = tcp.payload_length >> 6;
    tcp.acknowledgment = tcp.payload_length & 3;
    tcp.ttl = (uint8_t)(tcp.payload_length & 12);
    analysis_wants_stream(script->analysis, tcp.stream);
    analysis_tcp_segment(script->analysis, &tcp);
}

static void play_tls(struct script *script)
{
    struct script_reader *reader = &script->reader;
    unsigned stream = script_byte(reader);
    struct packet_tls tls = {
        .stream = stream & 0xf,
        .src = script_endpoint(reader),
        .event = (enum tls_event)(script_byte(reader) % (TLS_EVENT_FINISHED + 1)),
    };
    unsigned bits = script_byte(reader);
    struct slice name = packet_bytes(script_text(reader));
    struct slice uris[] = {name, slice_of("sip:example.com"), slice_of("sips:a@x")};
    struct slice names[] = {slice_of("*.example.com"), name};
    struct tls_certificate certificate = {
        .has_alternative_name = (bits & 16) != 0,
        .uris = uris,
        .uri_count = bits & 32 ? G_N_ELEMENTS(uris) : 0,
        .dns_names = names,
        .dns_name_count = bits & 64 ? G_N_ELEMENTS(names) : 0,
        .common_name = name,
    };

    tls.decrypted = (bits & 1) != 0;
    tls.version = bits & 2 ? 0x0304 : stream & 0x80 ? (uint16_t)(bits << 8 | stream) : 0x0303;
    tls.session_id = bits & 4 ? name : (struct slice){NULL, 0};
    tls.ticket = bits & 8 ? name : (struct slice){NULL, 0};
    tls.psk_selected = (stream & 16) != 0;
    tls.post_handshake_auth = (stream & 32) != 0;
    tls.server_name = stream & 64 ? name : (struct slice){NULL, 0};
    tls.certificate_count = bits & 128 ? 0 : 2;
    tls.certificate = bits & 128 ? NULL : &certificate;
    analysis_tls(script->analysis, &tls);
    packet_bytes_free(name);
}

static void play_websocket(struct script *script)
{
    struct script_reader *reader = &script->reader;
    unsigned stream = script_byte(reader);
    struct packet_websocket websocket = {.stream = stream & 0xf, .is_answer = (stream & 16) != 0};

    websocket.protocols = packet_bytes(script_text(reader));
    analysis_websocket(script->analysis, &websocket);
    packet_bytes_free(websocket.protocols);
}

static void play_association(struct script *script)
{
    struct script_reader *reader = &script->reader;
    struct endpoint src = script_endpoint(reader);
    struct endpoint dst = script_endpoint(reader);
    unsigned bits = script_byte(reader);

    if (bits & 1) {
        struct packet_sctp_init init = {src, dst, (bits & 2) != 0, bits >> 4 & 3};

        analysis_sctp_init(script->analysis, &init);
    } else {
        struct packet_sctp_end end = {src, dst, (bits & 2) != 0, bits >> 4 & 3};

        analysis_sctp_end(script->analysis, &end);
    }
}

static void play_fragment(struct script *script)
{
    const struct sent *sent = sent_of(script);
    unsigned length = script_byte(&script->reader);
    struct packet_fragment fragment;

    if (sent == NULL) {
        return;
    }
    fragment = (struct packet_fragment){
        .src = sent->packet.src,
        .dst = sent->packet.dst,
        .id = length,
        .bytes = packet_bytes(slice_sub(sent_text(sent), 0, (size_t)length * 4))};
    analysis_fragment(script->analysis, &fragment);
    packet_bytes_free(fragment.bytes);
}

static void play_icmp(struct script *script)
{
    static const uint8_t types[] = {3, 1, 12, 4, 11};
    const struct sent *sent = sent_of(script);
    struct script_reader *reader = &script->reader;
    unsigned bits = script_byte(reader);
    struct endpoint from = script_endpoint(reader);
    struct packet_icmp icmp = {.v6 = (bits & 1) != 0,
                               .type = types[(bits >> 1 & 7) % G_N_ELEMENTS(types)],
                               .code = bits >> 4 & 3,
                               .from = from.ip,
                               .tcp = (bits & 64) != 0};

    if (sent == NULL) {
        return;
    }
    icmp.src = sent->packet.src;
    icmp.dst = sent->packet.dst;
    icmp.quoted = packet_bytes(slice_sub(sent_text(sent), 0, bits & 128 ? sent->text->len : 8));
    analysis_icmp_error(script->analysis, &icmp);
    packet_bytes_free(icmp.quoted);
}

static void play_names(struct script *script)
{
    static const char *const prefixes[] = {"", "_sip._udp.", "_sip._tcp.", "_sips._tcp."};
    struct script_reader *reader = &script->reader;
    unsigned bits = script_byte(reader);
    struct endpoint place = script_endpoint(reader);
    struct slice given = script_text(reader);
    g_autofree char *host = given.len > 0 ? slice_dup(given) : g_strdup("p1.example.com");
    g_autofree char *name = g_strconcat(prefixes[bits >> 2 & 3], host, NULL);

    if (bits & 1) {
        analysis_dns_address(script->analysis, slice_of(name), &place.ip);
    } else if (bits & 2) {
        analysis_dns_service(script->analysis, slice_of(name), slice_of(host), place.port);
    } else {
        analysis_dns_failure(script->analysis, slice_of(name));
    }
}

/* ---- the whole -------------------------------------------------------------------------------- */

static void (*const operations[])(struct script *) = {
    play_time,        play_literal,  play_odd_literal, play_request, play_response,
    play_forward,     play_repeat,   play_segment,     play_tls,     play_websocket,
    play_association, play_fragment, play_icmp,        play_names,
};

/* An operation with this bit goes on in the same frame. */
#define SAME_FRAME 0x80

#define CONFIG_MARK_VALUES 4

bool script_marks_values(const uint8_t *bytes, size_t size)
{
    return size > 0 && (bytes[0] & CONFIG_MARK_VALUES) != 0;
}

static struct analysis *script_analysis(unsigned bits)
{
    static struct middlebox middlebox = {.prefix_length = 24, .kind = MIDDLEBOX_NAT};
    struct analysis_config config = analysis_config_default();

    ip_address_parse(slice_of("203.0.113.0"), &middlebox.network);
    config.vantage = (enum vantage)(bits & 3);
    config.mark_values = (bits & CONFIG_MARK_VALUES) != 0;
    config.middleboxes = bits & 8 ? &middlebox : NULL;
    config.middlebox_count = bits & 8 ? 1 : 0;
    config.idle_threshold = bits & 16 ? 60 * SECOND : 0;
    for (unsigned i = 0; bits & 32 && i < RULE_COUNT; i++) {
        config.actions[i] = (enum rule_action)((i + bits) % (RULE_ACTION_ERROR + 1));
    }
    return analysis_new(&config);
}

struct analysis *script_play(const uint8_t *bytes, size_t size, GPtrArray *frames)
{
    struct script script = {.reader = {bytes, bytes + size}, .frames = frames, .time = START};

    script.analysis = script_analysis(script_byte(&script.reader));
    analysis_begin_frame(script.analysis, ++script.frame, script.time);
    for (unsigned i = 0; i < SCRIPT_OPERATIONS_MAX && script.reader.pos < script.reader.end; i++) {
        unsigned operation = script_byte(&script.reader);

        if ((operation & SAME_FRAME) == 0) {
            frame_next(&script);
        }
        operations[(operation & ~(unsigned)SAME_FRAME) % G_N_ELEMENTS(operations)](&script);
    }
    frame_end(&script);
    for (unsigned i = 0; i < SCRIPT_REMEMBERED; i++) {
        if (script.sent[i].text != NULL) {
            g_string_free(script.sent[i].text, TRUE);
        }
    }
    return script.analysis;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet_tls.h"

#include "packet_certificate.h"
#include "packet_handshake.h"

#define HANDSHAKE_HEADER 4 /* type and length, RFC 8446 4 */
#define RECORD_APPLICATION_DATA 23

struct tls_stream {
    bool has_hello;       /* a ClientHello was seen */
    bool is_renegotiated; /* … and another one that no HelloRetryRequest asked for */
    bool has_retry;       /* a HelloRetryRequest was seen: one more ClientHello comes */
    uint16_t version;     /* negotiated; 0 unknown */
    bool has_closed_data; /* application data on a SIP port */
    bool has_sip;
};

/* ---- streams --------------------------------------------------------------------------------- */

GHashTable *tls_streams_new(void)
{
    return g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
}

static struct tls_stream *stream_find(const struct packet_reader *reader, int64_t stream)
{
    return g_hash_table_lookup(reader->tls_streams, GUINT_TO_POINTER((unsigned)stream));
}

static struct tls_stream *stream_get(struct packet_reader *reader, int64_t number)
{
    struct tls_stream *stream = stream_find(reader, number);

    if (!stream) {
        stream = g_new0(struct tls_stream, 1);
        g_hash_table_insert(reader->tls_streams, GUINT_TO_POINTER((unsigned)number), stream);
    }
    return stream;
}

void tls_stream_closed_data(struct packet_reader *reader, proto_tree *tree,
                            const struct transport_layer *tcp)
{
    const field_info *tls =
        packet_field_between(tree, PACKET_TLS, tcp->item->total_layer_num, LAYER_NONE);
    size_t length = 0;
    const uint8_t *record = tls ? packet_field_bytes(tls, &length) : NULL;

    if (length > 0 && record[0] == RECORD_APPLICATION_DATA &&
        (IS_SIP_PORT(tcp->src.port) || IS_SIP_PORT(tcp->dst.port))) {
        stream_get(reader, tcp->stream)->has_closed_data = true;
    }
}

void tls_stream_has_sip(struct packet_reader *reader, int64_t stream)
{
    stream_get(reader, stream)->has_sip = true;
}

bool tls_streams_any_closed(const struct packet_reader *reader)
{
    GHashTableIter streams;
    gpointer value;

    g_hash_table_iter_init(&streams, reader->tls_streams);
    while (g_hash_table_iter_next(&streams, NULL, &value)) {
        const struct tls_stream *stream = value;
        if (stream->has_closed_data && !stream->has_sip) {
            return true;
        }
    }
    return false;
}

/* ---- segments -------------------------------------------------------------------------------- */

bool tls_segment_has_handshake(proto_tree *tree, int tcp)
{
    return packet_field_between(tree, PACKET_TLS_HANDSHAKE_TYPE, tcp, LAYER_NONE) ||
           packet_field_between(tree, PACKET_TLS_CHANGE_CIPHER_SPEC, tcp, LAYER_NONE);
}

bool tls_segment_is_unreadable(proto_tree *tree, int tcp)
{
    /* RFC 8446 5.2: each record has the type on the outside, and after decryption its true one. */
    return packet_field_count(tree, PACKET_TLS_OPAQUE_TYPE, tcp) >
           packet_field_count(tree, PACKET_TLS_CONTENT_TYPE, tcp);
}

bool tls_segment_is_opening(const struct packet_reader *reader, proto_tree *tree,
                            const struct transport_layer *tcp)
{
    const GPtrArray *items = packet_fields_find(tree, PACKET_TLS_HANDSHAKE_TYPE);
    const struct tls_stream *stream;

    for (unsigned i = 0; items && i < items->len; i++) {
        const field_info *item = g_ptr_array_index(items, i);
        if (item->total_layer_num > tcp->item->total_layer_num &&
            packet_field_uint(item) == HANDSHAKE_CLIENT_HELLO) {
            stream = stream_find(reader, tcp->stream);
            return !stream || !stream->has_hello;
        }
    }
    return false;
}

/* ---- handshake messages ---------------------------------------------------------------------- */

/*
 * RFC 8446 2: all but the hellos is encrypted. RFC 5246 7.4.9: Finished is, and so is a whole
 * renegotiation. What Wireshark shows of these it has decrypted.
 */
static bool message_is_decrypted(const struct tls_stream *stream, unsigned type)
{
    if (stream->version >= TLS_VERSION_1_3) {
        return type != HANDSHAKE_CLIENT_HELLO && type != HANDSHAKE_SERVER_HELLO;
    }
    return type == HANDSHAKE_FINISHED || stream->is_renegotiated;
}

static void client_hello_seen(struct tls_stream *stream)
{
    stream->is_renegotiated = stream->has_hello && !stream->has_retry;
    stream->has_hello = true;
    stream->has_retry = false;
}

/* *tls has stream and sender. body: up to the message's end or to that of what was captured. */
static void message_read(struct packet_reader *reader, struct tls_stream *stream, unsigned type,
                         struct slice body, struct packet_tls *tls)
{
    struct certificate_names certificate;
    struct slice first;

    if (type == HANDSHAKE_CLIENT_HELLO) {
        client_hello_seen(stream);
    }
    tls->decrypted = message_is_decrypted(stream, type);
    switch (type) {
    case HANDSHAKE_CLIENT_HELLO:
        tls->event = TLS_EVENT_CLIENT_HELLO;
        client_hello_read(body, tls);
        break;
    case HANDSHAKE_SERVER_HELLO:
        tls->event = TLS_EVENT_SERVER_HELLO;
        if (!server_hello_read(body, tls)) {
            stream->has_retry = true;
            return;
        }
        stream->version = tls->version;
        break;
    case HANDSHAKE_NEW_SESSION_TICKET:
        tls->event = TLS_EVENT_NEW_SESSION_TICKET;
        new_session_ticket_read(body, stream->version, tls);
        break;
    case HANDSHAKE_CERTIFICATE_REQUEST:
        tls->event = TLS_EVENT_CERTIFICATE_REQUEST;
        break;
    case HANDSHAKE_CERTIFICATE:
        tls->event = TLS_EVENT_CERTIFICATE;
        certificate_list_read(body, stream->version, tls, &first);
        if (certificate_names_read(first, &certificate)) {
            tls->certificate = &certificate.names;
        }
        analysis_tls(reader->analysis, tls);
        certificate_names_clear(&certificate);
        return;
    case HANDSHAKE_COMPRESSED_CERTIFICATE:
        tls->event = TLS_EVENT_CERTIFICATE;
        tls->certificate_count = 1; /* RFC 8879: unreadable here, and hardly an empty list */
        break;
    case HANDSHAKE_CERTIFICATE_VERIFY:
        tls->event = TLS_EVENT_CERTIFICATE_VERIFY;
        break;
    case HANDSHAKE_FINISHED:
        tls->event = TLS_EVENT_FINISHED;
        break;
    default:
        return;
    }
    analysis_tls(reader->analysis, tls);
}

void packet_tls_read(struct packet_reader *reader, proto_tree *tree,
                     const struct transport_layer *tcp)
{
    const GPtrArray *items = packet_fields_find(tree, PACKET_TLS_HANDSHAKE_TYPE);
    struct tls_stream *stream = stream_get(reader, tcp->stream);
    struct packet_tls sender = {.stream = tcp->stream, .src = tcp->src};
    bool has_finished = false;

    for (unsigned i = 0; items && i < items->len; i++) {
        const field_info *item = g_ptr_array_index(items, i);
        size_t length;
        const uint8_t *bytes = packet_field_bytes(item, &length);

        if (item->total_layer_num <= tcp->item->total_layer_num || length < HANDSHAKE_HEADER) {
            continue;
        }
        struct slice rest = {(const char *)bytes + HANDSHAKE_HEADER, length - HANDSHAKE_HEADER};
        struct slice body = slice_sub(rest, 0, bytes_be32(bytes) & 0xffffff);
        struct packet_tls tls = sender;
        message_read(reader, stream, bytes[0], body, &tls);
        has_finished = has_finished || bytes[0] == HANDSHAKE_FINISHED;
    }

    /*
     * RFC 5246 7.1: right behind it comes the Finished that we cannot read. In TLS 1.3 it means
     * nothing (RFC 8446 D.4).
     */
    if (!has_finished && stream->version > 0 && stream->version < TLS_VERSION_1_3 &&
        packet_field_between(tree, PACKET_TLS_CHANGE_CIPHER_SPEC, tcp->item->total_layer_num,
                             LAYER_NONE)) {
        sender.event = TLS_EVENT_FINISHED;
        analysis_tls(reader->analysis, &sender);
    }
}

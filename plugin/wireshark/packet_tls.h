/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_PACKET_TLS_H
#define SIPCONN_PACKET_TLS_H

#include "packet_reader_private.h"

/*
 * TLS on TCP: the handshake messages that Wireshark found, in clear and decrypted, put together from
 * records and segments by it.
 */

/* Table of what is known of TLS streams, for packet_reader.tls_streams. */
GHashTable *tls_streams_new(void);

/*
 * The segment holds a handshake message or a ChangeCipherSpec. tcp: layer number of its tcp node.
 */
bool tls_segment_has_handshake(proto_tree *tree, int tcp);

/*
 * The segment holds the ClientHello that begins the stream's first handshake: only that one tells
 * who opened the connection, for in a renegotiation the server may be the one who asks.
 */
bool tls_segment_is_opening(const struct packet_reader *reader, proto_tree *tree,
                            const struct transport_layer *tcp);

/*
 * A record behind the handshake of TLS 1.3 in the segment could not be decrypted. Wireshark loses a
 * client's records when it authenticates after the handshake (RFC 8446 4.6.2).
 */
bool tls_segment_is_unreadable(proto_tree *tree, int tcp);

/* Hands over the handshake messages of a segment, after the segment itself. */
void packet_tls_read(struct packet_reader *reader, proto_tree *tree,
                     const struct transport_layer *tcp);

/* Remembers a stream on SIP's ports whose application data stays closed to us. */
void tls_stream_closed_data(struct packet_reader *reader, proto_tree *tree,
                            const struct transport_layer *tcp);

/* SIP came out of the stream: it is not closed to us. */
void tls_stream_has_sip(struct packet_reader *reader, int64_t stream);

/* There are streams on SIP's ports from which no SIP came. */
bool tls_streams_any_closed(const struct packet_reader *reader);

#endif

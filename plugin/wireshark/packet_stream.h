/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_PACKET_STREAM_H
#define SIPCONN_PACKET_STREAM_H

#include "packet_reader_private.h"

/*
 * SIP on TCP, TLS and WebSocket: where one message ends and what the SIP dissector leaves behind.
 */

/* The messages behind pings whose headers go on in the next segments; to be freed with the reader. */
GHashTable *stream_starts_new(void);

/*
 * Hands over the message whose sip node is at the start of packet->bytes, and those behind CRLF
 * pings that follow it in these bytes. Sets packet->partial.
 */
void packet_stream_message_read(struct packet_reader *reader, struct packet_message *packet);

/*
 * Hands over SIP behind a CRLF ping (RFC 5626 3.5.1) in a TCP segment or decrypted TLS record without
 * sip node, on a stream known to carry SIP: Wireshark's dissector takes the ping and leaves the rest.
 * tcp: the tcp node.
 */
void packet_stream_undissected_read(struct packet_reader *reader, const packet_info *pinfo,
                                    proto_tree *tree, const field_info *tcp);

#endif

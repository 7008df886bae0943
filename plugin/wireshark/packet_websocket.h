/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_PACKET_WEBSOCKET_H
#define SIPCONN_PACKET_WEBSOCKET_H

#include "packet_reader_private.h"

/*
 * SIP over WebSocket (RFC 7118): the opening handshake, and how SIP messages lie in WebSocket
 * messages. Wireshark puts the frames of one WebSocket message together.
 */

/* Table of messages that wait for their end, for packet_reader.websocket_waits. */
GHashTable *websocket_waits_new(void);

/* Hands over the opening handshake in a segment, after the segment itself. */
void packet_websocket_handshake_read(struct packet_reader *reader, const packet_info *pinfo,
                                     proto_tree *tree, const struct transport_layer *tcp);

/*
 * Hands over all SIP messages of the WebSocket message whose sip node is at the start of
 * packet->bytes. A message that is cut within its headers waits for its rest.
 */
void packet_websocket_message_read(struct packet_reader *reader, struct packet_message *packet);

/*
 * Hands over what waited when further WebSocket messages complete it, which makes no sip node. tcp:
 * the tcp node; after the messages of the frame.
 */
void packet_websocket_continuation_read(struct packet_reader *reader, const packet_info *pinfo,
                                        proto_tree *tree, const field_info *tcp);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_PACKET_TCP_H
#define SIPCONN_PACKET_TCP_H

#include "packet_reader_private.h"

/*
 * Hands over a TCP segment if it opens or closes a connection, tells who opened it, or belongs to a
 * stream that carries SIP, and behind it the handshakes of TLS and WebSocket in it. item: its tcp
 * node; has_sip: there is SIP in the frame.
 */
void packet_tcp_read(struct packet_reader *reader, const packet_info *pinfo, proto_tree *tree,
                     const field_info *item, bool has_sip);

#endif

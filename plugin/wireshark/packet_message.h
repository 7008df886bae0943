/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_PACKET_MESSAGE_H
#define SIPCONN_PACKET_MESSAGE_H

#include "packet_reader_private.h"

/*
 * Hands over all SIP messages of a frame: nodes are the sip nodes in it, icmp the layer of an ICMP
 * error (LAYER_NONE if there is none). Left out: what an ICMP error quotes, SIP within a body
 * (message/sip, sipfrag, multipart), and SIP in an envelope that hides the hop (HEP, TURN).
 */
void packet_messages_read(struct packet_reader *reader, packet_info *pinfo, proto_tree *tree,
                          const GPtrArray *nodes, int icmp);

/* Fills what the headers below a message tell; below: the message's layer. */
void packet_set_transport(struct packet_message *packet, const packet_info *pinfo, proto_tree *tree,
                          const struct transport_layer *layer, int below);

#endif

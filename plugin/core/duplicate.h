/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_DUPLICATE_H
#define SIPCONN_DUPLICATE_H

#include "analysis.h"

/*
 * Copies of one packet in a capture (both directions of a mirror port, the "any" interface, VLAN and
 * tunnel legs): same addresses, ports and content, close in time. A retransmission by the sender is
 * no copy: it comes with another IP identification, and after T1 at the earliest.
 */
struct duplicate_filter;

struct duplicate_filter *duplicate_filter_new(const struct analysis_config *config);
void duplicate_filter_free(struct duplicate_filter *filter);

/*
 * The record of the message that this packet copies, or NULL; then record is remembered as the first
 * of its kind. text_hash: of the packet's bytes. time: of the packet.
 */
struct message_record *duplicate_filter_check(struct duplicate_filter *filter,
                                              const struct packet_message *packet,
                                              uint64_t text_hash, struct message_record *record);

#endif

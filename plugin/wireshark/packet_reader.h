/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_PACKET_READER_H
#define SIPCONN_PACKET_READER_H

#include "analysis.h"
#include "compat.h"

/*
 * Turns dissected frames into events of the analysis. It knows what other dissectors tell and where
 * headers stand, and nothing about SIP's rules.
 */
struct packet_reader;

struct packet_reader *packet_reader_new(struct analysis *analysis);
void packet_reader_free(struct packet_reader *reader);

/*
 * Hands all events of one frame over, between analysis_begin_frame() and analysis_end_frame().
 * Each frame once, in file order. The tree must hold the fields of packet_fields_wanted(); a tree
 * without them gives no events.
 */
void packet_reader_frame(struct packet_reader *reader, packet_info *pinfo, proto_tree *tree);

/*
 * Adds the notes on what could not be read that only the end of the file tells. Any number of
 * times.
 */
void packet_reader_add_notes(struct packet_reader *reader);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_DISSECTOR_H
#define SIPCONN_DISSECTOR_H

#include "compat.h"

#include "analysis.h"

/* The tap's name: one entry (const struct frame_record *) for each frame with something to show. */
#define TAP_NAME "sipconn"

/* Registers the protocol with all that belongs to it. Once, while protocols register. */
void dissector_register(void);

/* Looks up what other protocols registered. Once, after all of them did. */
void dissector_handoff(void);

/*
 * The analysis of the open file with all notes it can have so far, NULL if there is none. Valid
 * until the file is closed or dissected again.
 */
const struct analysis *dissector_analysis(void);

/* What the analysis tells at a frame that was dissected before, NULL if nothing. */
const struct frame_record *dissector_frame(packet_info *pinfo);

#endif

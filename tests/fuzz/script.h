/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_SCRIPT_H
#define SIPCONN_SCRIPT_H

#include <glib.h>

#include "analysis.h"

/*
 * A script of packets, coded in bytes, that the fuzzer varies. Every string of bytes is a script: the
 * first byte is the user's configuration, then come operations of one byte each with operands behind
 * them. What is missing at the end reads as 0, and texts end at SCRIPT_TEXT_END, which no SIP has, so
 * that a longer or shorter text leaves the operations behind it what they were.
 */

#define SCRIPT_TEXT_END 0xff
/* Operations of one script: they bound the time of a run. */
#define SCRIPT_OPERATIONS_MAX 600

struct script_reader {
    const uint8_t *pos, *end;
};

uint8_t script_byte(struct script_reader *reader);
/* Two bytes, the lower one first. */
uint16_t script_word(struct script_reader *reader);
/* The bytes up to SCRIPT_TEXT_END or the end; they are part of the script. */
struct slice script_text(struct script_reader *reader);

/* One of a few hosts and ports, IPv4 and IPv6, so that packets meet. */
struct endpoint script_endpoint(struct script_reader *reader);

/*
 * Requests made from a template: method, branch, Call-ID, Via and so on are picked from short lists,
 * so that transactions, dialogs and aliases come about. src: of the packet, for its Via and Contact.
 */
void script_request(struct script_reader *reader, enum transport transport,
                    const struct endpoint *src, GString *text);

/* The answer to a request, or what a proxy makes of it with one more Via on top. */
void script_response(struct script_reader *reader, struct slice request, const struct endpoint *src,
                     GString *text);
void script_forward(struct script_reader *reader, struct slice request, enum transport transport,
                    const struct endpoint *proxy, GString *text);

/* The user of the script wants values marked. */
bool script_marks_values(const uint8_t *bytes, size_t size);

/* Plays the script; frames: the records of all frames that showed something. */
struct analysis *script_play(const uint8_t *bytes, size_t size, GPtrArray *frames);

/*
 * Reads all that an analysis tells and aborts if it contradicts itself. marked: the values in its
 * texts are (mark_values).
 */
void readout_check(struct analysis *analysis, const GPtrArray *frames, bool marked);

#endif

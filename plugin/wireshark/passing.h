/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_PASSING_H
#define SIPCONN_PASSING_H

#include "record.h"

/*
 * What passes the filter of a table or of a -z option. Wireshark filters frames; a connection passes
 * with any frame that shows it: one of its messages, its TLS handshake, its close.
 */
struct passing;

struct passing *passing_new(void);
void passing_free(struct passing *passing);
void passing_clear(struct passing *passing);

/* Everything passes from now on: there is no filter. */
void passing_set_all(struct passing *passing);

/* A frame passed. */
void passing_add(struct passing *passing, const struct frame_record *frame);

bool passing_frame(const struct passing *passing, uint32_t frame);
/* id: of a connection_record */
bool passing_connection(const struct passing *passing, uint32_t id);

#endif

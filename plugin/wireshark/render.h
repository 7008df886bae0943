/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_RENDER_H
#define SIPCONN_RENDER_H

#include "compat.h"

#include "record.h"

/* Registers the subtrees. Once, while protocols register. */
void render_register(void);

/*
 * Shows a frame's record: one subtree for each message, one for the frame itself if something was
 * found at it. tree is not NULL. Items are added whether the tree is visible or not: columns,
 * filters and -T fields take them from an invisible one.
 */
void frame_render(const struct frame_record *record, int proto, tvbuff_t *tvb, packet_info *pinfo,
                  proto_tree *tree);

/*
 * The legal destinations of a response in one text, "192.0.2.1:9988 or tcp stream 4"; "" if none.
 * In scope; NULL: to be freed with wmem_free(NULL, …).
 */
char *expected_format(wmem_allocator_t *scope, const struct message_record *response);

/* The response went to one of its legal destinations. */
bool response_is_expected(const struct message_record *response);

#endif

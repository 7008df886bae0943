/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_REDACT_TEXT_H
#define SIPCONN_REDACT_TEXT_H

#include "redact_value.h"

/*
 * A sentence with its values replaced: those that the plugin marked (U+0002 value U+0003, preference
 * sipconn.mark_values) all, whatever they are; in the words between them, addresses and what is
 * known to be a value. The marks are removed. g_free()able.
 */
char *redact_text(struct pseudonyms *pseudonyms, const char *text);

/* Makes pseudonyms for the marked values of a sentence, so that they are known in others. */
void redact_text_learn(struct pseudonyms *pseudonyms, const char *text);

#endif

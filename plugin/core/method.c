/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "method.h"

#include <string.h>

/* Almost all messages have one of these: no table need be searched for it. */
static const char known[][sizeof "SUBSCRIBE"] = {
    "INVITE", "ACK",     "BYE",     "CANCEL", "OPTIONS", "REGISTER", "SUBSCRIBE",
    "NOTIFY", "MESSAGE", "PUBLISH", "UPDATE", "PRACK",   "REFER",    "INFO"};

bool method_is_known(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        if (strcmp(name, known[i]) == 0) {
            return true;
        }
    }
    return false;
}

const char *method_intern(GStringChunk *strings, struct slice name)
{
    char *text;
    const char *kept;

    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        if (name.len > 0 && name.ptr[0] == known[i][0] && slice_is(name, known[i])) {
            return known[i];
        }
    }
    text = slice_dup(name);
    kept = g_string_chunk_insert_const(strings, text);
    g_free(text);
    return kept;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "endpoint_text.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

char *endpoint_text_address(const char *endpoint)
{
    const char *colon = strrchr(endpoint, ':');
    gsize length = colon != NULL ? (gsize)(colon - endpoint) : strlen(endpoint);
    bool has_brackets = length > 2 && *endpoint == '[' && endpoint[length - 1] == ']';

    return has_brackets ? g_strndup(endpoint + 1, length - 2) : g_strndup(endpoint, length);
}

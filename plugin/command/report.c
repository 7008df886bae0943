/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report.h"

#include <string.h>

static const struct report_format *const formats[] = {
    &report_text, &report_ndjson, &report_json, &report_junit, &report_html,
};

const struct report_format *report_format_find(const char *name)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(formats); i++) {
        if (strcmp(formats[i]->name, name) == 0) {
            return formats[i];
        }
    }
    return NULL;
}

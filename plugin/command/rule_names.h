/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_RULE_NAMES_H
#define SIPCONN_RULE_NAMES_H

#include <glib.h>
#include <stdbool.h>

#include "rules.h"

/* The number of the rule of that id, RULE_COUNT if there is none. */
enum rule_id rule_names_find(const char *id);

/* Why an id is no rule and which one may be meant, part of a sentence; g_free()able. */
char *rule_names_unknown(const char *id);

/* As rule_names_find(), but an unknown id gives false and an error that says rule_names_unknown(). */
bool rule_names_parse(const char *id, enum rule_id *rule, GError **error);

/* The severity of that name; SEVERITY_CHAT, the least, if there is none. */
enum severity severity_find(const char *name);

#endif

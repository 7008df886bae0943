/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_PREFERENCE_RULES_H
#define SIPCONN_PREFERENCE_RULES_H

#include "compat.h"

#include <epan/prefs.h>

#include "analysis.h"

/*
 * Registers what a user may change about rules: a switch for each section of the catalogue, and a
 * table (file sipconn_rules) that silences single rules or gives them another severity.
 */
void preference_rules_register(module_t *module);

/* Fills in what is to be done with each rule. The table goes before the switches. */
void preference_rules_actions(enum rule_action actions[RULE_COUNT]);

#endif

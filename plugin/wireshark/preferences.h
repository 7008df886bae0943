/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_PREFERENCES_H
#define SIPCONN_PREFERENCES_H

#include "analysis.h"

/* Registers the preferences of the protocol. Once, while protocols register. */
void preferences_register(int proto);

/* The analysis as the user set it; read when a file is opened or dissected again. */
struct analysis_config preferences_config(void);

/*
 * Whether a Boolean preference of another protocol is off. False too if there is no such
 * preference: then nothing limits us.
 */
bool preference_is_off(const char *module, const char *preference);

#endif

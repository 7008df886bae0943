/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_PREFERENCE_MIDDLEBOXES_H
#define SIPCONN_PREFERENCE_MIDDLEBOXES_H

#include "compat.h"

#include <epan/prefs.h>

#include "middlebox.h"

/* Registers the table of the user's own NATs and load balancers (file sipconn_middleboxes). */
void preference_middleboxes_register(module_t *module);

/* Those in the table; valid until called again. */
const struct middlebox *preference_middleboxes(unsigned *count);

#endif

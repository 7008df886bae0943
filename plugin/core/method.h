/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_METHOD_H
#define SIPCONN_METHOD_H

#include <glib.h>

#include "slice.h"

/*
 * The method's name as a string that lives as long as strings does. Names that RFCs define cost no
 * memory there, others are kept once. A name with a NUL byte ends at it.
 */
const char *method_intern(GStringChunk *strings, struct slice name);

/* Whether an RFC defines it. */
bool method_is_known(const char *name);

#endif

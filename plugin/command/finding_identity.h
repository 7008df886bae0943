/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_FINDING_IDENTITY_H
#define SIPCONN_FINDING_IDENTITY_H

#include <stdbool.h>

/*
 * What makes two findings of different captures the same one, g_free()able: the rule, the severity
 * and the sentence without what differs from one run of the same systems to the next. That is:
 * frame, stream, connection and other numbers, durations, branches and other generated tokens, and
 * ports of 32768 and more, which the operating system hands out. IP addresses, lower ports, status
 * codes, methods and names stay.
 */
char *finding_identity(const char *rule, const char *severity, const char *text);

/* The sentence without the marks of sipconn.mark_values, by which --redact knows values; g_free()able. */
char *finding_plain_text(const char *text);

#endif

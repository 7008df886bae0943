/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_NDJSON_H
#define SIPCONN_NDJSON_H

/*
 * Registers what machines read, one JSON object for each line on stdout: `-z sipconn,ndjson[,filter]`,
 * all records of the file, schema 1; and `-z sipconn,events[,filter]`, what time lines need besides.
 * Once, while taps register.
 */
void ndjson_register(void);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_NDJSON_H
#define SIPCONN_NDJSON_H

/*
 * Registers `-z sipconn,ndjson[,filter]`: all records of the file on stdout, one JSON object for
 * each line, schema 1. Once, while taps register.
 */
void ndjson_register(void);

#endif

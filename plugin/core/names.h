/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_NAMES_H
#define SIPCONN_NAMES_H

#include "endpoint.h"
#include "transport.h"
#include "via.h"

/*
 * What the file itself tells about host names: DNS answers in it. The analysis never asks a
 * resolver: it must say the same on every machine.
 */
struct name_table;

struct name_table *name_table_new(void);
void name_table_free(struct name_table *table);

void name_table_address(struct name_table *table, struct slice name,
                        const struct ip_address *address);
void name_table_service(struct name_table *table, struct slice name, struct slice target,
                        uint16_t port);
void name_table_failure(struct name_table *table, struct slice name, uint32_t frame);

/* Places found for one name at most. */
#define NAME_PLACES_MAX 16

/*
 * Where the sent-by of a Via leads by RFC 3263 5: the literal; addresses of the name at the given
 * port; without a port SRV targets of the transport, then addresses at its default port. Returns the
 * number of places written; 0 = not resolvable from the file (also for every *.invalid name).
 */
unsigned name_table_resolve(const struct name_table *table, const struct via *via,
                            enum transport transport, struct endpoint places[NAME_PLACES_MAX]);

/* Addresses of a host name at that port, by the file's own DNS answers; returns their number. */
unsigned name_table_lookup(const struct name_table *table, struct slice name, uint16_t port,
                           struct endpoint places[NAME_PLACES_MAX]);

/* Frame in which the DNS denied that the name exists, or has an address; 0 = none. */
uint32_t name_table_failed(const struct name_table *table, struct slice name);

#endif

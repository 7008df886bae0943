/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_VANTAGE_H
#define SIPCONN_VANTAGE_H

#include "analysis.h"

/*
 * Where the tap stands between a client and a server, learnt from what the server writes into
 * received and rport (catalogue A.8): the addresses of the packets themselves, or others because a
 * NAT translates behind the tap.
 */
struct vantage_table;

struct vantage_table *vantage_table_new(const struct analysis_config *config);
void vantage_table_free(struct vantage_table *table);

/*
 * Learns from one Via of a response (or of a request that srv forwarded): obs as captured, received
 * (family 0: absent) and rport (0: absent) as the server saw them.
 */
void vantage_learn(struct vantage_table *table, const struct endpoint *obs,
                   const struct endpoint *srv, const struct ip_address *received, uint16_t rport);

/* Vantage for a client address and a server as known so far; the user's choice goes first. */
enum vantage vantage_of(const struct vantage_table *table, const struct ip_address *client,
                        const struct endpoint *srv);

/* The same for one flow: only what was answered to this very address and port. */
enum vantage vantage_of_flow(const struct vantage_table *table, const struct endpoint *obs,
                             const struct endpoint *srv);

#endif

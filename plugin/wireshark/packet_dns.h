/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_PACKET_DNS_H
#define SIPCONN_PACKET_DNS_H

#include "analysis.h"
#include "compat.h"

/* Hands the answers of all DNS responses in the frame over: addresses, services, failures. */
void packet_dns_read(struct analysis *analysis, proto_tree *tree);

#endif

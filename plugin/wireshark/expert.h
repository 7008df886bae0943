/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_EXPERT_H
#define SIPCONN_EXPERT_H

#include "compat.h"

#include "record.h"

/*
 * The expert infos, made from the rule table: sipconn.rule.<id> with '-' written '_', and
 * sipconn.rule.<id>.presumed for what a rule only presumes. Once, while protocols register.
 */
void experts_register(int proto);

/* Attaches the expert info of a mark to item. */
void expert_add_mark(packet_info *pinfo, proto_item *item, const struct finding_mark *mark);

#endif

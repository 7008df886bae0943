/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_TREE_H
#define SIPCONN_TREE_H

/*
 * Registers the statistics tree `-z sipconn,tree[,filter]`: how many responses have each verdict,
 * connections each class, findings each rule. While taps register.
 */
void tree_register(void);

#endif

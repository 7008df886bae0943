/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_FILLER_H
#define SIPCONN_FILLER_H

/*
 * Wireshark draws tables and trees with functions of its own, and the newest listener is drawn first.
 * So whoever fills one when it is drawn, and not packet by packet, must listen behind it: fill(data)
 * is then called before each drawing. To be called at the first packet that a new drawing gets; the
 * call before it for the same data no longer counts. data must live as long as the program.
 */
void filler_renew(void *data, void (*fill)(void *data));

#endif

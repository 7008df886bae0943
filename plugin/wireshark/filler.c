/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "filler.h"

#include "compat.h"

#include <epan/tap.h>

#include "dissector.h"

static tap_packet_status filler_packet(void *data _U_, packet_info *pinfo _U_,
                                       epan_dissect_t *edt _U_, const void *entry _U_,
                                       tap_flags_t flags _U_)
{
    return TAP_PACKET_REDRAW;
}

void filler_renew(void *data, void (*fill)(void *data))
{
    static GHashTable *listening; /* set of data */
    GString *error;

    if (!listening) {
        listening = g_hash_table_new(g_direct_hash, g_direct_equal);
    }
    /* Wireshark complains about removing a listener that is not there. */
    if (!g_hash_table_add(listening, data)) {
        remove_tap_listener(data);
    }
    error = register_tap_listener(TAP_NAME, data, NULL, TL_REQUIRES_NOTHING, NULL, filler_packet,
                                  fill, NULL);
    if (error) {
        g_string_free(error, true);
    }
}

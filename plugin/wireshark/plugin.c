/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include <epan/tap.h>

#include "dissector.h"
#include "ndjson.h"
#include "tables.h"
#include "tree.h"

/* The symbols Wireshark's plugin loader looks for. */
WS_DLL_PUBLIC_DEF const char plugin_version[] = SIPCONN_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

WS_DLL_PUBLIC void plugin_register(void);
WS_DLL_PUBLIC uint32_t plugin_describe(void);

static void protocols_register(void)
{
    dissector_register();
    tables_register();
}

static void listeners_register(void)
{
    ndjson_register();
    tree_register();
}

void plugin_register(void)
{
    static proto_plugin protocol = {protocols_register, dissector_handoff};
    static tap_plugin listener = {listeners_register};

    proto_register_plugin(&protocol);
    tap_register_plugin(&listener);
}

uint32_t plugin_describe(void)
{
    return PLUGIN_IS_DISSECTOR | PLUGIN_IS_TAP_LISTENER;
}

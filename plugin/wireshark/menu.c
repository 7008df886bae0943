/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "menu.h"

#include "compat.h"

#include <epan/plugin_if.h>

static void filter_apply(ext_menubar_gui_type gui_type _U_, void *gui_object _U_, void *user_data)
{
    plugin_if_apply_filter(user_data, true);
}

void menu_register(int proto)
{
    static const struct {
        const char *label, *filter;
    } entries[] = {
        {"All findings", "sipconn.finding"},
        {"Errors", "sipconn.severity == \"error\""},
        {"Warnings", "sipconn.severity == \"warn\""},
        {"Notes", "sipconn.severity == \"note\""},
        {"Facts", "sipconn.severity == \"chat\""},
        {"Backward requests", "sipconn.request.direction == \"backward\""},
    };
    static const struct {
        const char *label, *url;
    } links[] = {
        {"RFC 3261: SIP", "https://www.rfc-editor.org/rfc/rfc3261#section-18"},
        {"RFC 3581: Symmetric response routing", "https://www.rfc-editor.org/rfc/rfc3581"},
        {"RFC 5626: Client-initiated connections", "https://www.rfc-editor.org/rfc/rfc5626"},
        {"RFC 5923: Connection reuse", "https://www.rfc-editor.org/rfc/rfc5923"},
        {"RFC 7118: SIP over WebSocket", "https://www.rfc-editor.org/rfc/rfc7118"},
    };
    ext_menu_t *menu = ext_menubar_register_menu(proto, "SIP Connections", true);

    ext_menubar_set_parentmenu(menu, "Telephony");
    for (unsigned i = 0; i < G_N_ELEMENTS(entries); i++) {
        ext_menubar_add_entry(menu, entries[i].label, entries[i].filter, filter_apply,
                              (void *)entries[i].filter);
    }
    ext_menubar_add_separator(menu);
    for (unsigned i = 0; i < G_N_ELEMENTS(links); i++) {
        ext_menubar_add_website(menu, links[i].label, links[i].url, links[i].url);
    }
}

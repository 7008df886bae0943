/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_COMPAT_H
#define SIPCONN_COMPAT_H

/*
 * What differs between Wireshark 4.0, 4.4 and 4.6: the only file that asks for the version. The
 * Wireshark headers that everything needs come with it, in the order in which they want it.
 */

#include <wireshark.h>

#include <epan/packet.h>
#include <epan/stat_groups.h>
#include <ws_version.h>

#define WS_AT_LEAST(major, minor)                                                                  \
    (WIRESHARK_VERSION_MAJOR > (major) ||                                                          \
     (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

/* The value of a field_info: a member until 4.0, a pointer since 4.2. */
#if WS_AT_LEAST(4, 2)
#define FINFO_VALUE(finfo) ((finfo)->value)
#else
#define FINFO_VALUE(finfo) ((fvalue_t *)&(finfo)->value)
#endif

/* What Wireshark takes for a truth value: behind a preference a wrong size overwrites others. */
#if WS_AT_LEAST(4, 3)
typedef bool ws_bool;
#else
typedef gboolean ws_bool;
#endif

/* The Telephony menu. */
#if WS_AT_LEAST(4, 4)
#define MENU_TELEPHONY REGISTER_TELEPHONY_GROUP_UNSORTED
#else
#define MENU_TELEPHONY REGISTER_STAT_GROUP_TELEPHONY
#endif

/* A statistics tree of a plugin; before 4.4 it stands in the Statistics menu, with no choice. */
#if WS_AT_LEAST(4, 4)
#define STATS_TREE_REGISTER(tap, option, title, packet, init, cleanup)                             \
    stats_tree_set_group(stats_tree_register_plugin(tap, option, title, 0, packet, init, cleanup), \
                         MENU_TELEPHONY)
#else
#define STATS_TREE_REGISTER(tap, option, title, packet, init, cleanup)                             \
    stats_tree_register_plugin(tap, option, title, 0, packet, init, cleanup)
#endif

/* The last parameter of conversation filter callbacks, and its value; none before 4.4. */
#if WS_AT_LEAST(4, 4)
#define FILTER_USER_DATA , void *user_data _U_
#define FILTER_NO_USER_DATA , NULL
#else
#define FILTER_USER_DATA
#define FILTER_NO_USER_DATA
#endif

/*
 * A statistics option that cannot be set up: since 4.6 the init function says so and Wireshark ends
 * the run; before, Wireshark's own taps end it themselves, or tshark would go on with status 0.
 */
#if WS_AT_LEAST(4, 6)
#define STAT_INIT_RESULT bool
#define STAT_INIT_DONE() return true
#define STAT_INIT_FAILED() return false
#else
#define STAT_INIT_RESULT void
#define STAT_INIT_DONE() return
#define STAT_INIT_FAILED() exit(1)
#endif

/* What plugin_describe() answers; the header with the names is not shipped with 4.0. */
#define PLUGIN_IS_DISSECTOR (1u << 0)
#define PLUGIN_IS_TAP_LISTENER (1u << 4)

#endif

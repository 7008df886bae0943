/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "preferences.h"

#include "compat.h"

#include <epan/prefs-int.h>
#include <epan/prefs.h>

#include "preference_middleboxes.h"
#include "preference_rules.h"

#define MILLISECOND 1000000

/* Types are those Wireshark wants behind a preference. */
static unsigned t1_ms, timer_c_ms, clock_skew_ms, idle_threshold_ms;
static int vantage;
static ws_bool mark_values;

static const enum_val_t vantage_values[] = {
    {"auto", "Find out", VANTAGE_UNKNOWN},
    {"direct", "Direct: the server sees these addresses", VANTAGE_DIRECT},
    {"translated", "Translated: a NAT stands between here and the server", VANTAGE_TRANSLATED},
    {"mixed", "Mixed: both sides of a NAT are in the file", VANTAGE_MIXED},
    {NULL, NULL, 0},
};

void preferences_register(int proto)
{
    struct analysis_config config = analysis_config_default();
    module_t *module = prefs_register_protocol(proto, NULL);

    t1_ms = (unsigned)(config.t1 / MILLISECOND);
    timer_c_ms = (unsigned)(config.timer_c / MILLISECOND);
    clock_skew_ms = (unsigned)(config.clock_skew / MILLISECOND);
    idle_threshold_ms = (unsigned)(config.idle_threshold / MILLISECOND);
    vantage = (int)config.vantage;
    mark_values = config.mark_values;

    prefs_register_uint_preference(
        module, "t1", "T1 (ms)",
        "Estimate of the round-trip time (RFC 3261 Table 4): the base of all retransmission and "
        "transaction timers. Milliseconds.",
        10, &t1_ms);
    prefs_register_uint_preference(
        module, "timer_c", "Timer C (ms)",
        "How long a proxy waits for the final response to an INVITE (RFC 3261 16.6 item 11): more "
        "than three minutes. Milliseconds.",
        10, &timer_c_ms);
    prefs_register_uint_preference(
        module, "clock_skew", "Clock skew (ms)",
        "Tolerated difference between the clocks of the interfaces a file was captured on. "
        "Milliseconds.",
        10, &clock_skew_ms);
    prefs_register_enum_preference(
        module, "vantage", "Place of the capture",
        "Whether the capture shows the addresses that the SIP server sees. Verdicts that need the "
        "source address of a request are given only where it does.",
        &vantage, vantage_values, false);
    preference_middleboxes_register(module);
    prefs_register_uint_preference(
        module, "idle_threshold", "Idle threshold (ms)",
        "A connection that was silent for less than this before it ended is not called idle in the "
        "text of a finding. Milliseconds; 0: every silence is told.",
        10, &idle_threshold_ms);
    preference_rules_register(module);
    prefs_register_bool_preference(
        module, "mark_values", "Mark values in texts",
        "Put what a finding's text took from a packet (addresses, hosts, URIs, header values) "
        "between U+0002 and U+0003, for programs that replace it.",
        &mark_values);
}

struct analysis_config preferences_config(void)
{
    struct analysis_config config = {
        .t1 = (int64_t)t1_ms * MILLISECOND,
        .timer_c = (int64_t)timer_c_ms * MILLISECOND,
        .clock_skew = (int64_t)clock_skew_ms * MILLISECOND,
        .vantage = (enum vantage)vantage,
        .idle_threshold = (int64_t)idle_threshold_ms * MILLISECOND,
        .mark_values = mark_values,
    };

    config.middleboxes = preference_middleboxes(&config.middlebox_count);
    preference_rules_actions(config.actions);
    return config;
}

bool preference_is_off(const char *module_name, const char *preference)
{
    module_t *module = prefs_find_module(module_name);
    pref_t *pref = module ? prefs_find_preference(module, preference) : NULL;

    return pref && !prefs_get_bool_value(pref, pref_current);
}

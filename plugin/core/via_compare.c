/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "via_compare.h"

#include <glib.h>

const char *const via_params_of_responses[] = {
    "branch", "received", "keep", "oc", "oc-algo", "oc-validity", "oc-seq", NULL,
};
const char *const via_params_of_repeats[] = {"branch", "keep", "alias", NULL};

static bool via_param_is_ignored(struct slice name, const char *const ignored[])
{
    for (unsigned i = 0; ignored[i] != NULL; i++) {
        if (slice_is_nocase(name, ignored[i])) {
            return true;
        }
    }
    return false;
}

/* The first parameter of a that b has not (lost), or has with another value (changed). */
static enum via_difference via_compare_params(const struct via *a, const struct via *b,
                                              const char *const ignored[], bool reverse,
                                              struct slice *name)
{
    struct slice params = a->params;
    struct via_param mine;

    while (via_param_next(&params, name, &mine)) {
        struct via_param theirs;
        bool may_be_filled;
        char *text;

        if (via_param_is_ignored(*name, ignored)) {
            continue;
        }
        text = slice_dup(*name);
        theirs = via_param_find(b, text);
        g_free(text);
        /* A server fills in rport (RFC 3581 4), asked or not; it must not take it away. */
        may_be_filled = ignored == via_params_of_responses && slice_is_nocase(*name, "rport");
        if (reverse && may_be_filled) {
            continue;
        }
        if (!theirs.present) {
            return reverse ? VIA_PARAM_ADDED : VIA_PARAM_LOST;
        }
        if (!reverse && !may_be_filled &&
            (mine.has_value != theirs.has_value || !slice_equal_nocase(mine.value, theirs.value))) {
            return VIA_PARAM_CHANGED;
        }
    }
    *name = (struct slice){NULL, 0};
    return VIA_EQUAL;
}

enum via_difference via_compare(const struct via *a, const struct via *b, enum transport wire,
                                const char *const ignored[], struct slice *param)
{
    enum via_difference difference;

    *param = (struct slice){NULL, 0};
    if (!slice_equal_nocase(a->protocol, b->protocol) || !slice_equal(a->version, b->version) ||
        !slice_equal_nocase(a->transport_token, b->transport_token)) {
        return VIA_PROTOCOL;
    }
    if (!via_host_equal(a, b)) {
        return VIA_HOST;
    }
    if (via_port(a, wire) != via_port(b, wire)) {
        return VIA_PORT;
    }
    if (!slice_equal_nocase(a->branch, b->branch)) {
        return VIA_BRANCH;
    }
    if (a->has_port != b->has_port) {
        return VIA_DEFAULT_PORT;
    }
    if (!slice_equal(a->branch, b->branch)) {
        return VIA_BRANCH_CASE;
    }
    difference = via_compare_params(a, b, ignored, false, param);
    return difference != VIA_EQUAL ? difference : via_compare_params(b, a, ignored, true, param);
}

const char *via_difference_name(enum via_difference difference)
{
    static const char *const names[] = {
        [VIA_EQUAL] = "nothing",
        [VIA_PROTOCOL] = "sent-protocol",
        [VIA_HOST] = "sent-by host",
        [VIA_PORT] = "sent-by port",
        [VIA_BRANCH] = "branch",
        [VIA_DEFAULT_PORT] = "the default port of sent-by",
        [VIA_BRANCH_CASE] = "case of the branch",
        [VIA_PARAM_LOST] = "a lost parameter",
        [VIA_PARAM_CHANGED] = "a parameter",
        [VIA_PARAM_ADDED] = "an added parameter",
    };

    return names[difference];
}

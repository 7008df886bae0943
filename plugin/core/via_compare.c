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

/* Parameters of one Via, read once: each is looked for in the other one. */
struct param_list {
    unsigned count;
    struct {
        struct slice name;
        struct via_param param;
    } items[VIA_PARAMS_MAX];
};

static void param_list_read(struct param_list *list, const struct via *via)
{
    struct slice params = via->params;

    list->count = 0;
    while (list->count < VIA_PARAMS_MAX && via_param_next(&params, &list->items[list->count].name,
                                                          &list->items[list->count].param)) {
        list->count++;
    }
}

/* NULL if it is not in the list. */
static const struct via_param *param_list_find(const struct param_list *list, struct slice name)
{
    for (unsigned i = 0; i < list->count; i++) {
        if (slice_equal_nocase(list->items[i].name, name)) {
            return &list->items[i].param;
        }
    }
    return NULL;
}

/* The first parameter of a that b has not (lost), or has with another value (changed). */
static enum via_difference via_compare_params(const struct param_list *a,
                                              const struct param_list *b,
                                              const char *const ignored[], bool reverse,
                                              struct slice *name)
{
    for (unsigned i = 0; i < a->count; i++) {
        const struct via_param *mine = &a->items[i].param;
        const struct via_param *theirs;
        bool may_be_filled;

        *name = a->items[i].name;
        if (via_param_is_ignored(*name, ignored)) {
            continue;
        }
        theirs = param_list_find(b, *name);
        /* A server fills in rport (RFC 3581 4), asked or not; it must not take it away. */
        may_be_filled = ignored == via_params_of_responses && slice_is_nocase(*name, "rport");
        if (reverse && may_be_filled) {
            continue;
        }
        if (theirs == NULL) {
            return reverse ? VIA_PARAM_ADDED : VIA_PARAM_LOST;
        }
        if (!reverse && !may_be_filled &&
            (mine->has_value != theirs->has_value ||
             !slice_equal_nocase(mine->value, theirs->value))) {
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
    struct param_list ours, theirs;

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
    param_list_read(&ours, a);
    param_list_read(&theirs, b);
    difference = via_compare_params(&ours, &theirs, ignored, false, param);
    return difference != VIA_EQUAL ? difference
                                   : via_compare_params(&theirs, &ours, ignored, true, param);
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

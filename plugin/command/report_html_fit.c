/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report_html_fit.h"

/*
 * The verdicts of README.md. Those that name the place a response went to say by themselves nothing
 * about right or wrong: the same place is legal for one Via and not for another, hence two columns.
 */
static const struct {
    const char *verdict;
    enum verdict_fit where_expected; /* it went to one of the expected places */
    enum verdict_fit elsewhere;
} fits[] = {
    {"symmetric-rport", FIT_LEGAL, FIT_DEVIATING},
    {"rport-as-sent", FIT_LEGAL, FIT_DEVIATING},
    {"symmetric-unrequested", FIT_LEGAL, FIT_DEVIATING},
    {"via-received-port", FIT_LEGAL, FIT_DEVIATING},
    {"via-sent-by", FIT_LEGAL, FIT_DEVIATING},
    {"maddr", FIT_LEGAL, FIT_DEVIATING},
    {"same-connection", FIT_LEGAL, FIT_LEGAL},
    {"new-connection-after-close", FIT_LEGAL, FIT_LEGAL},
    {"new-connection-while-open", FIT_DEVIATING, FIT_DEVIATING},
    {"other-connection-while-open", FIT_DEVIATING, FIT_DEVIATING},
    {"other-connection-unknown", FIT_UNKNOWN, FIT_UNKNOWN},
    {"wrong-transport", FIT_DEVIATING, FIT_DEVIATING},
    {"wrong-destination", FIT_DEVIATING, FIT_DEVIATING},
    {"unmatched", FIT_UNKNOWN, FIT_UNKNOWN},
};

static bool went_where_expected(const struct message_item *message)
{
    for (unsigned i = 0; message->expected && i < message->expected->len; i++) {
        if (g_strcmp0(g_ptr_array_index(message->expected, i), message->dst) == 0) {
            return true;
        }
    }
    return false;
}

/* RFC 3581 4: only with rport does the response have to leave from where the request arrived. */
static enum verdict_fit wrong_source_fit(const char *basis)
{
    return g_strcmp0(basis, "symmetric-rport") == 0 || g_strcmp0(basis, "rport-as-sent") == 0
               ? FIT_DEVIATING
               : FIT_LEGAL;
}

enum verdict_fit verdict_fit(const struct message_item *message)
{
    if (message->is_request || !message->verdict) {
        return FIT_NONE;
    }
    if (g_strcmp0(message->verdict, "wrong-source") == 0) {
        return wrong_source_fit(message->basis);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(fits); i++) {
        if (g_strcmp0(fits[i].verdict, message->verdict) == 0) {
            return went_where_expected(message) ? fits[i].where_expected : fits[i].elsewhere;
        }
    }
    return FIT_UNKNOWN;
}

GArray *fit_counts_new(const struct result *result)
{
    GArray *list = g_array_new(FALSE, TRUE, sizeof(struct fit_counts));

    for (unsigned i = 0; i < result->verdicts->len; i++) {
        const struct tally *tally = &g_array_index(result->verdicts, struct tally, i);
        if (tally->count > 0) {
            struct fit_counts counts = {.verdict = tally->name};
            g_array_append_val(list, counts);
        }
    }
    for (unsigned i = 0; i < result->messages->len; i++) {
        const struct message_item *message = g_ptr_array_index(result->messages, i);
        for (unsigned j = 0; j < list->len && !message->duplicate_of; j++) {
            struct fit_counts *counts = &g_array_index(list, struct fit_counts, j);
            if (g_strcmp0(counts->verdict, message->verdict) == 0) {
                counts->counts[verdict_fit(message)]++;
            }
        }
    }
    return list;
}

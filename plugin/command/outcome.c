/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "outcome.h"

void outcome_add(struct outcome *outcome, const struct result *result, enum severity fail_on)
{
    outcome->responses += result->responses;
    outcome->judged += result->responses_judged;
    outcome->has_unread |= result->error != NULL;
    for (unsigned severity = fail_on; severity < SEVERITY_COUNT; severity++) {
        outcome->has_findings |= result_count(result, severity_name(severity)) > 0;
    }
}

bool outcome_is_unjudged(const struct outcome *outcome, double min_judged)
{
    if (min_judged <= 0) {
        return false;
    }
    return outcome->responses == 0 ||
           100.0 * (double)outcome->judged < min_judged * (double)outcome->responses;
}

enum exit_status outcome_status(const struct outcome *outcome, double min_judged)
{
    return outcome->has_unread                        ? EXIT_STATUS_TROUBLE
           : outcome->has_findings                    ? EXIT_STATUS_FINDINGS
           : outcome_is_unjudged(outcome, min_judged) ? EXIT_STATUS_UNJUDGED
                                                      : EXIT_STATUS_CLEAN;
}

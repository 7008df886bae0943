/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "expert.h"

#include <epan/expert.h>

#include "fields.h"

/*
 * An expert info has one severity, a rule may report several, and users may choose any: so several
 * expert infos share one field name, and a filter on the name finds them all.
 */
static expert_field expert_ids[RULE_COUNT][2][SEVERITY_COUNT]; /* [1]: presumed */

static const int severity_levels[SEVERITY_COUNT] = {
    [SEVERITY_CHAT] = PI_CHAT,
    [SEVERITY_NOTE] = PI_NOTE,
    [SEVERITY_WARN] = PI_WARN,
    [SEVERITY_ERROR] = PI_ERROR,
};

static const int group_ids[] = {
    [RULE_GROUP_SEQUENCE] = PI_SEQUENCE,
    [RULE_GROUP_PROTOCOL] = PI_PROTOCOL,
    [RULE_GROUP_SECURITY] = PI_SECURITY,
};

/* "sipconn.rule.<id>[.presumed]"; Wireshark keeps the pointer for as long as it runs. */
static char *expert_name(const struct rule *rule, bool presumed)
{
    char *id = g_strdelimit(g_strdup(rule->id), "-", '_');
    char *name = g_strconcat("sipconn.rule.", id, presumed ? ".presumed" : NULL, NULL);
    g_free(id);
    return name;
}

void experts_register(int proto)
{
    ei_register_info *infos = g_new0(ei_register_info, RULE_COUNT * 2 * SEVERITY_COUNT);
    int count = 0;

    for (unsigned id = 0; id < RULE_COUNT; id++) {
        const struct rule *rule = rule_get((enum rule_id)id);

        for (unsigned presumed = 0; presumed < (rule->presumed ? 2 : 1); presumed++) {
            for (unsigned severity = 0; severity < SEVERITY_COUNT; severity++) {
                expert_ids[id][presumed][severity] = (expert_field)EI_INIT;
                infos[count++] = (ei_register_info){
                    &expert_ids[id][presumed][severity],
                    {expert_name(rule, presumed), group_ids[rule->group], severity_levels[severity],
                     rule->title, EXPFILL},
                };
            }
        }
    }
    expert_register_field_array(expert_register_protocol(proto), infos, count);
}

void expert_add_mark(packet_info *pinfo, proto_item *item, const struct finding_mark *mark)
{
    const struct rule *rule = rule_get(mark->finding->rule);
    /* Never an unregistered expert info: that would be a dissector bug in every such packet. */
    bool presumed = mark->presumed && rule->presumed;

    expert_add_info_format(pinfo, item, &expert_ids[mark->finding->rule][presumed][mark->severity],
                           "%s", text_valid(pinfo->pool, slice_of(mark->text)));
}

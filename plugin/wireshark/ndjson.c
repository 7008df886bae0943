/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ndjson.h"

#include "compat.h"

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>
#include <wsutil/report_message.h>

#include "dissector.h"
#include "ndjson_record.h"

#define OPTION "sipconn,ndjson"

/* One run of the tap. */
struct ndjson {
    char *filter;       /* NULL: everything is written */
    GHashTable *frames; /* set of frames that pass the filter */
};

static void ndjson_reset(void *data)
{
    struct ndjson *ndjson = data;

    g_hash_table_remove_all(ndjson->frames);
}

static tap_packet_status ndjson_packet(void *data, packet_info *pinfo, epan_dissect_t *edt _U_,
                                       const void *entry _U_, tap_flags_t flags _U_)
{
    struct ndjson *ndjson = data;

    if (ndjson->filter) {
        g_hash_table_add(ndjson->frames, GUINT_TO_POINTER(pinfo->num));
    }
    return TAP_PACKET_DONT_REDRAW;
}

static bool frame_passes(const struct ndjson *ndjson, uint32_t frame)
{
    return !ndjson->filter || g_hash_table_contains(ndjson->frames, GUINT_TO_POINTER(frame));
}

static void ndjson_draw(void *data)
{
    const struct ndjson *ndjson = data;
    const struct analysis *analysis = dissector_analysis();

    if (!analysis) {
        return;
    }

    struct capture_record capture = analysis_capture(analysis);
    struct summary_record summary = analysis_summary(analysis);
    const GPtrArray *messages = analysis_messages(analysis);
    const GPtrArray *connections = analysis_connections(analysis);
    const GPtrArray *aliases = analysis_aliases(analysis);
    const GPtrArray *findings = analysis_findings(analysis);

    ndjson_write_capture(stdout, &capture);
    for (unsigned i = 0; i < messages->len; i++) {
        const struct message_record *message = g_ptr_array_index(messages, i);
        if (frame_passes(ndjson, message->frame)) {
            ndjson_write_message(stdout, message);
        }
    }
    for (unsigned i = 0; i < connections->len; i++) {
        ndjson_write_connection(stdout, g_ptr_array_index(connections, i));
    }
    for (unsigned i = 0; i < aliases->len; i++) {
        ndjson_write_alias(stdout, g_ptr_array_index(aliases, i));
    }
    for (unsigned i = 0; i < findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(findings, i);
        if (frame_passes(ndjson, finding->frame)) {
            ndjson_write_finding(stdout, finding);
        }
    }
    ndjson_write_summary(stdout, &summary);
    fflush(stdout);
}

static void ndjson_free(void *data)
{
    struct ndjson *ndjson = data;

    g_hash_table_destroy(ndjson->frames);
    g_free(ndjson->filter);
    g_free(ndjson);
}

static STAT_INIT_RESULT ndjson_init(const char *option, void *user_data _U_)
{
    struct ndjson *ndjson = g_new0(struct ndjson, 1);

    if (g_str_has_prefix(option, OPTION ",") && option[strlen(OPTION ",")]) {
        ndjson->filter = g_strdup(option + strlen(OPTION ","));
    }
    ndjson->frames = g_hash_table_new(g_direct_hash, g_direct_equal);

    GString *error = register_tap_listener(TAP_NAME, ndjson, ndjson->filter, TL_REQUIRES_NOTHING,
                                           ndjson_reset, ndjson_packet, ndjson_draw, ndjson_free);
    if (error) {
        report_failure("-z " OPTION ": %s", error->str);
        g_string_free(error, true);
        STAT_INIT_FAILED();
    }
    STAT_INIT_DONE();
}

void ndjson_register(void)
{
    static tap_param params[] = {{PARAM_FILTER, "filter", "Filter", NULL, true}};
    static stat_tap_ui ui = {
        .group = REGISTER_STAT_GROUP_GENERIC,
        .cli_string = OPTION,
        .tap_init_cb = ndjson_init,
        .nparams = G_N_ELEMENTS(params),
        .params = params,
    };

    register_stat_tap_ui(&ui, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ndjson.h"

#include "compat.h"

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>
#include <wsutil/report_message.h>

#include "dissector.h"
#include "ndjson_events.h"
#include "ndjson_record.h"
#include "passing.h"

/* What one -z option writes when the file has been read. */
struct ndjson_kind {
    const char *option;
    void (*write)(FILE *file, const struct analysis *analysis, const struct passing *passing);
};

/* One run of the tap. */
struct ndjson {
    const struct ndjson_kind *kind;
    struct passing *passing;
};

static void records_write(FILE *file, const struct analysis *analysis,
                          const struct passing *passing)
{
    struct capture_record capture = analysis_capture(analysis);
    struct summary_record summary = analysis_summary(analysis);
    const GPtrArray *messages = analysis_messages(analysis);
    const GPtrArray *connections = analysis_connections(analysis);
    const GPtrArray *aliases = analysis_aliases(analysis);
    const GPtrArray *findings = analysis_findings(analysis);

    ndjson_write_capture(file, &capture);
    for (unsigned i = 0; i < messages->len; i++) {
        const struct message_record *message = g_ptr_array_index(messages, i);
        if (passing_frame(passing, message->frame)) {
            ndjson_write_message(file, message);
        }
    }
    for (unsigned i = 0; i < connections->len; i++) {
        ndjson_write_connection(file, g_ptr_array_index(connections, i));
    }
    for (unsigned i = 0; i < aliases->len; i++) {
        ndjson_write_alias(file, g_ptr_array_index(aliases, i));
    }
    for (unsigned i = 0; i < findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(findings, i);
        if (passing_frame(passing, finding->frame)) {
            ndjson_write_finding(file, finding);
        }
    }
    ndjson_write_summary(file, &summary);
}

static void ndjson_reset(void *data)
{
    struct ndjson *ndjson = data;

    passing_clear(ndjson->passing);
}

static tap_packet_status ndjson_packet(void *data, packet_info *pinfo _U_, epan_dissect_t *edt _U_,
                                       const void *entry, tap_flags_t flags _U_)
{
    struct ndjson *ndjson = data;

    passing_add(ndjson->passing, entry);
    return TAP_PACKET_DONT_REDRAW;
}

static void ndjson_draw(void *data)
{
    const struct ndjson *ndjson = data;
    const struct analysis *analysis = dissector_analysis();

    if (analysis) {
        ndjson->kind->write(stdout, analysis, ndjson->passing);
        fflush(stdout);
    }
}

static void ndjson_free(void *data)
{
    struct ndjson *ndjson = data;

    passing_free(ndjson->passing);
    g_free(ndjson);
}

/* Behind the option's name and its comma; NULL if there is no filter. */
static const char *option_filter(const char *option, const struct ndjson_kind *kind)
{
    size_t length = strlen(kind->option);

    return option[length] == ',' && option[length + 1] ? option + length + 1 : NULL;
}

static STAT_INIT_RESULT ndjson_init(const char *option, void *user_data)
{
    const struct ndjson_kind *kind = user_data;
    const char *filter = option_filter(option, kind);
    struct ndjson *ndjson = g_new0(struct ndjson, 1);

    ndjson->kind = kind;
    ndjson->passing = passing_new();
    if (!filter) {
        passing_set_all(ndjson->passing);
    }

    GString *error = register_tap_listener(TAP_NAME, ndjson, filter, TL_REQUIRES_NOTHING,
                                           ndjson_reset, ndjson_packet, ndjson_draw, ndjson_free);
    if (error) {
        report_failure("-z %s: %s", kind->option, error->str);
        g_string_free(error, true);
        STAT_INIT_FAILED();
    }
    STAT_INIT_DONE();
}

void ndjson_register(void)
{
    static tap_param params[] = {{PARAM_FILTER, "filter", "Filter", NULL, true}};
    static const struct ndjson_kind kinds[] = {
        {"sipconn,ndjson", records_write},
        {"sipconn,events", ndjson_write_events},
    };
    static stat_tap_ui uis[G_N_ELEMENTS(kinds)];

    for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++) {
        uis[i] = (stat_tap_ui){
            .group = REGISTER_STAT_GROUP_GENERIC,
            .cli_string = kinds[i].option,
            .tap_init_cb = ndjson_init,
            .nparams = G_N_ELEMENTS(params),
            .params = params,
        };
        register_stat_tap_ui(&uis[i], (void *)&kinds[i]);
    }
}

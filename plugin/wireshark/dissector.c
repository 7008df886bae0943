/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dissector.h"

#include "compat.h"

#include <epan/tap.h>

#include "expert.h"
#include "fields.h"
#include "filters.h"
#include "menu.h"
#include "packet_fields.h"
#include "packet_reader.h"
#include "preferences.h"
#include "render.h"

#define NANOSECONDS INT64_C(1000000000)

static int proto_sipconn = -1;
static int tap_sipconn;
static dissector_handle_t postdissector;

/* Of the open file; NULL while none is open, or while the protocol is switched off. */
static struct analysis *analysis;
static struct packet_reader *reader;

/* Since 1970; files may hold any, which are taken for 1970 or 2116: sums and differences must fit. */
static int64_t frame_time(const packet_info *pinfo)
{
    int64_t seconds = CLAMP((int64_t)pinfo->abs_ts.secs, 0, INT64_MAX / 2 / NANOSECONDS);

    return seconds * NANOSECONDS + CLAMP(pinfo->abs_ts.nsecs, 0, NANOSECONDS - 1);
}

static const struct frame_record *frame_analyse(packet_info *pinfo, proto_tree *tree)
{
    analysis_begin_frame(analysis, pinfo->num, frame_time(pinfo));
    packet_reader_frame(reader, pinfo, tree);
    return analysis_end_frame(analysis);
}

/*
 * Analyses a frame when it is dissected for the first time, in file order; at any other time only
 * shows what came out then. The wanted fields see to it that there is a tree the first time.
 */
static int sipconn_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    const struct frame_record *record;

    if (!analysis) {
        return 0;
    }
    if (!PINFO_FD_VISITED(pinfo)) {
        if (!tree) {
            return 0;
        }
        record = frame_analyse(pinfo, tree);
    } else {
        record = dissector_frame(pinfo);
    }
    if (!record) {
        return 0;
    }

    /* Without a tree too: the expert window takes its entries on such a visit. */
    frame_render(record, proto_sipconn, tvb, pinfo, tree);
    tap_queue_packet(tap_sipconn, pinfo, record);
    return (int)tvb_captured_length(tvb);
}

static void file_opened(void)
{
    struct analysis_config config;

    /* The list of wanted fields is in force whether or not the protocol is enabled. */
    if (!proto_is_protocol_enabled(find_protocol_by_id(proto_sipconn))) {
        return;
    }
    config = preferences_config();
    analysis = analysis_new(&config);
    reader = packet_reader_new(analysis);
    set_postdissector_wanted_hfids(postdissector, packet_fields_wanted());
}

static void file_closed(void)
{
    set_postdissector_wanted_hfids(postdissector, NULL);
    packet_reader_free(reader);
    reader = NULL;
    analysis_free(analysis);
    analysis = NULL;
}

void dissector_register(void)
{
    proto_sipconn = proto_register_protocol("SIP Connection Analysis", "sipconn", "sipconn");
    fields_register(proto_sipconn);
    render_register();
    experts_register(proto_sipconn);
    preferences_register(proto_sipconn);
    filters_register();
    menu_register(proto_sipconn);
    tap_sipconn = register_tap(TAP_NAME);

    postdissector = create_dissector_handle(sipconn_dissect, proto_sipconn);
    register_postdissector(postdissector);
    register_init_routine(file_opened);
    register_cleanup_routine(file_closed);
}

void dissector_handoff(void)
{
    packet_fields_resolve();
}

const struct frame_record *dissector_frame(packet_info *pinfo)
{
    return analysis ? analysis_frame(analysis, pinfo->num) : NULL;
}

const struct analysis *dissector_analysis(void)
{
    if (reader) {
        packet_reader_add_notes(reader);
    }
    return analysis;
}

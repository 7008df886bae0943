/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "table_responses.h"

#include "record.h"
#include "render.h"
#include "table.h"

enum column {
    COLUMN_FRAME,
    COLUMN_STATUS,
    COLUMN_METHOD,
    COLUMN_REQUEST,
    COLUMN_FROM,
    COLUMN_TO,
    COLUMN_EXPECTED,
    COLUMN_VERDICT,
    COLUMN_CLAUSE,
    COLUMN_COUNT,
};

static const struct table_column columns[COLUMN_COUNT] = {
    [COLUMN_FRAME] = {"Frame", 6, true, true},
    [COLUMN_STATUS] = {"Status", 6, true, true},
    [COLUMN_METHOD] = {"Method", 9, false, false},
    [COLUMN_REQUEST] = {"Request", 7, false, true},
    [COLUMN_FROM] = {"From", 21, false, false},
    [COLUMN_TO] = {"To", 21, false, false},
    [COLUMN_EXPECTED] = {"Expected", 21, false, false},
    [COLUMN_VERDICT] = {"Verdict", 27, false, false},
    [COLUMN_CLAUSE] = {"Clause", 26, false, false},
};

static void row_fill(stat_tap_table *table, unsigned row, const struct message_record *response)
{
    char buffer[ENDPOINT_TEXT_SIZE];
    char *expected = expected_format(NULL, response);

    table_set_number(table, row, COLUMN_FRAME, response->frame);
    table_set_number(table, row, COLUMN_STATUS, response->status);
    table_set_text(table, row, COLUMN_METHOD, response->method);
    table_set_frame(table, row, COLUMN_REQUEST, response->request_frame);
    table_set_text(table, row, COLUMN_FROM, endpoint_format(&response->src, buffer));
    table_set_text(table, row, COLUMN_TO, endpoint_format(&response->dst, buffer));
    table_set_text(table, row, COLUMN_EXPECTED, expected);
    table_set_text(table, row, COLUMN_VERDICT, verdict_name(response->verdict));
    table_set_text(table, row, COLUMN_CLAUSE, response->clause);
    wmem_free(NULL, expected);
}

static tap_packet_status responses_packet(void *data, packet_info *pinfo _U_,
                                          epan_dissect_t *edt _U_, const void *entry,
                                          tap_flags_t flags _U_)
{
    const struct frame_record *record = entry;
    stat_tap_table *table = table_of_listener(data);
    bool has_response = false;

    for (unsigned i = 0; i < record->message_count; i++) {
        if (record->messages[i]->is_request)
            continue;
        row_fill(table, table_add_row(table), record->messages[i]);
        has_response = true;
    }
    return has_response ? TAP_PACKET_REDRAW : TAP_PACKET_DONT_REDRAW;
}

void table_responses_register(void)
{
    table_register("SIP Responses", "sipconn,responses", columns, COLUMN_COUNT, responses_packet,
                   table_clear);
}

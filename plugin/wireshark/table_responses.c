/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "table_responses.h"

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

static void row_add(struct table *table, const struct message_record *response)
{
    char buffer[ENDPOINT_TEXT_SIZE];
    char *expected = expected_format(NULL, response);

    table_next_row(table);
    table_set_number(table, COLUMN_FRAME, response->frame);
    table_set_number(table, COLUMN_STATUS, response->status);
    table_set_text(table, COLUMN_METHOD, response->method);
    table_set_frame(table, COLUMN_REQUEST, response->request_frame);
    table_set_text(table, COLUMN_FROM, endpoint_format(&response->src, buffer));
    table_set_text(table, COLUMN_TO, endpoint_format(&response->dst, buffer));
    table_set_text(table, COLUMN_EXPECTED, expected);
    table_set_text(table, COLUMN_VERDICT, verdict_name(response->verdict));
    table_set_text(table, COLUMN_CLAUSE, response->clause);
    wmem_free(NULL, expected);
}

static void responses_fill(struct table *table, const struct analysis *analysis)
{
    const GPtrArray *messages = analysis_messages(analysis);

    for (unsigned i = 0; i < messages->len; i++) {
        const struct message_record *message = g_ptr_array_index(messages, i);
        if (!message->is_request && table_frame_passes(table, message->frame)) {
            row_add(table, message);
        }
    }
}

void table_responses_register(void)
{
    static const struct table_kind kind = {
        .title = "SIP Responses",
        .option = "sipconn,responses",
        .columns = columns,
        .column_count = COLUMN_COUNT,
        .fill = responses_fill,
    };

    table_register(&kind);
}

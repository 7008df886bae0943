/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fields.h"

#define NANOSECONDS 1000000000

/* Wireshark 4.0 wants -1 in every id that is to be registered. */
static int field_id[FIELD_COUNT];

struct field_row {
    const char *label;
    const char *name;
    enum ftenum type;
    enum ft_framenum_type link; /* FT_FRAMENUM: the arrow drawn in the packet list */
    const char *blurb;
};

static const struct field_row field_rows[FIELD_COUNT] = {
    [FIELD_TRANSPORT] = {"Transport", "sipconn.transport", FT_STRING, 0,
                         "What carried the message on the wire, whatever Via says"},
    [FIELD_TRANSACTION] = {"Transaction", "sipconn.transaction", FT_UINT32, 0,
                           "Number of the SIP transaction in this file"},
    [FIELD_REQUEST_IN] = {"Request in", "sipconn.request_in", FT_FRAMENUM, FT_FRAMENUM_REQUEST,
                          "The request that this response answers"},
    [FIELD_RESPONSE_IN] = {"Final response in", "sipconn.response_in", FT_FRAMENUM,
                           FT_FRAMENUM_RESPONSE, "The first final response to this request"},
    [FIELD_RESPONSE_TIME] = {"Time since request", "sipconn.response_time", FT_RELATIVE_TIME, 0,
                             "Time from the request to this response"},
    [FIELD_RETRANSMISSION_OF] = {"Retransmission of", "sipconn.retransmission_of", FT_FRAMENUM,
                                 FT_FRAMENUM_RETRANS_PREV,
                                 "The frame with the first transmission of this message"},
    [FIELD_DUPLICATE_OF] = {"Duplicate of", "sipconn.duplicate_of", FT_FRAMENUM,
                            FT_FRAMENUM_DUP_ACK, "The same packet, captured before in this frame"},

    [FIELD_VIA_TRANSPORT] = {"Via transport", "sipconn.via.transport", FT_STRING, 0,
                             "Transport named by the top Via"},
    [FIELD_VIA_HOST] = {"Via host", "sipconn.via.host", FT_STRING, 0, "Host of the top Via"},
    [FIELD_VIA_PORT] = {"Via port", "sipconn.via.port", FT_UINT16, 0,
                        "Port of the top Via, if it names one"},
    [FIELD_VIA_BRANCH] = {"Via branch", "sipconn.via.branch", FT_STRING, 0,
                          "Branch of the top Via"},
    [FIELD_VIA_RECEIVED] = {"Via received", "sipconn.via.received", FT_STRING, 0,
                            "received parameter of the top Via"},
    [FIELD_VIA_RPORT] = {"Via rport", "sipconn.via.rport", FT_STRING, 0,
                         "rport parameter of the top Via: its value, or 'asked' without one"},
    [FIELD_VIA_MADDR] = {"Via maddr", "sipconn.via.maddr", FT_STRING, 0,
                         "maddr parameter of the top Via"},
    [FIELD_VIA_ALIAS] = {"Via alias", "sipconn.via.alias", FT_STRING, 0,
                         "alias parameter of the top Via: its value, or 'present' without one"},
    [FIELD_VIA_KEEP] = {"Via keep", "sipconn.via.keep", FT_STRING, 0,
                        "keep parameter of the top Via: its value, or 'present' without one"},

    [FIELD_VERDICT] = {"Verdict", "sipconn.response.verdict", FT_STRING, 0,
                       "Where the response went, compared with where it should have gone"},
    [FIELD_BASIS] = {"Destination", "sipconn.response.basis", FT_STRING, 0,
                     "Class of the destination, when the verdict is about something else"},
    [FIELD_EXPECTED] = {"Expected at", "sipconn.response.expected", FT_STRING, 0,
                        "A legal destination of the response"},
    [FIELD_CLAUSE] = {"By", "sipconn.response.clause", FT_STRING, 0,
                      "The clause on which the verdict rests"},

    [FIELD_CONNECTION] = {"Connection", "sipconn.connection", FT_UINT32, 0,
                          "Number of the SIP connection in this file"},
    [FIELD_CONNECTION_OPENED] = {"Connection opened in", "sipconn.connection.opened_in",
                                 FT_FRAMENUM, FT_FRAMENUM_NONE, "The frame that opened it"},
    [FIELD_CONNECTION_CLOSED] = {"Connection closed in", "sipconn.connection.closed_in",
                                 FT_FRAMENUM, FT_FRAMENUM_NONE, "The frame that closed it"},
    [FIELD_CONNECTION_INITIATOR] = {"Connection opened by", "sipconn.connection.initiator",
                                    FT_STRING, 0, "Address and port of the side that opened it"},
    [FIELD_CONNECTION_EVIDENCE] = {"Evidence for the opener", "sipconn.connection.evidence",
                                   FT_STRING, 0, "How sure it is who opened the connection"},
    [FIELD_CONNECTION_CLASS] = {"Connection class", "sipconn.connection.class", FT_STRING, 0,
                                "How the connection is used, as far as known"},

    [FIELD_DIRECTION] = {"Direction", "sipconn.request.direction", FT_STRING, 0,
                         "forward: sent by the side that opened the connection; else backward"},

    [FIELD_REQUEST_USE] =
        {"Use of the connection", "sipconn.request.use", FT_STRING, 0,
         "first or persistent: sent by the side that opened it; reuse: backwards"},
    [FIELD_REQUEST_BASIS] = {"Basis of the reuse", "sipconn.request.basis", FT_STRING, 0,
                             "On what authority a request goes backwards on its connection"},

    [FIELD_FINDING] = {"Finding", "sipconn.finding", FT_STRING, 0, "Rule that was broken"},
    [FIELD_SEVERITY] = {"Severity", "sipconn.severity", FT_STRING, 0, "What the finding weighs"},
};

void fields_register(int proto)
{
    static hf_register_info registrations[FIELD_COUNT];

    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        const struct field_row *row = &field_rows[i];
        bool is_number = row->type == FT_UINT32 || row->type == FT_UINT16;

        field_id[i] = -1;
        registrations[i] = (hf_register_info){
            &field_id[i],
            {row->label, row->name, row->type, is_number ? BASE_DEC : BASE_NONE,
             row->type == FT_FRAMENUM ? FRAMENUM_TYPE(row->link) : NULL, 0x0, row->blurb, HFILL},
        };
    }
    proto_register_field_array(proto, registrations, FIELD_COUNT);
}

char *text_valid(wmem_allocator_t *scope, struct slice text)
{
    const char *bytes = text.ptr ? text.ptr : "";

    if (g_utf8_validate(bytes, (gssize)text.len, NULL)) {
        return wmem_strndup(scope, bytes, text.len);
    }

    char *valid = g_utf8_make_valid(bytes, (gssize)text.len);
    char *copy = wmem_strdup(scope, valid);
    g_free(valid);
    return copy;
}

proto_item *field_add_slice(proto_tree *tree, wmem_allocator_t *scope, tvbuff_t *tvb,
                            enum field field, struct slice value)
{
    proto_item *item =
        proto_tree_add_string(tree, field_id[field], tvb, 0, 0, text_valid(scope, value));
    proto_item_set_generated(item);
    return item;
}

proto_item *field_add_string(proto_tree *tree, wmem_allocator_t *scope, tvbuff_t *tvb,
                             enum field field, const char *value)
{
    return field_add_slice(tree, scope, tvb, field, slice_of(value));
}

proto_item *field_add_uint(proto_tree *tree, tvbuff_t *tvb, enum field field, uint32_t value)
{
    proto_item *item = proto_tree_add_uint(tree, field_id[field], tvb, 0, 0, value);
    proto_item_set_generated(item);
    return item;
}

proto_item *field_add_duration(proto_tree *tree, tvbuff_t *tvb, enum field field, int64_t duration)
{
    nstime_t time = {
        .secs = (time_t)(duration / NANOSECONDS),
        .nsecs = (int)(duration % NANOSECONDS),
    };
    proto_item *item = proto_tree_add_time(tree, field_id[field], tvb, 0, 0, &time);
    proto_item_set_generated(item);
    return item;
}

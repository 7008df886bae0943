/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "filters.h"

#include "compat.h"

#include <epan/conversation_filter.h>

#include "dissector.h"

/* All return a g_free()able filter, NULL if the frame shows nothing of the kind. */

static char *connection_filter(const struct connection_record *connection)
{
    /* Segments without SIP show no connection of ours, so the stream is asked for as well. */
    return connection->stream < 0
               ? g_strdup_printf("sipconn.connection == %u", connection->id)
               : g_strdup_printf("sipconn.connection == %u || tcp.stream == %" PRId64,
                                 connection->id, connection->stream);
}

static char *peers_filter(const struct ip_address *a, const struct ip_address *b)
{
    const char *field = a->family == 6 ? "ipv6.addr" : "ip.addr";
    char left[ENDPOINT_TEXT_SIZE], right[ENDPOINT_TEXT_SIZE];

    return g_strdup_printf("%s == %s && %s == %s", field, ip_address_format(a, left), field,
                           ip_address_format(b, right));
}

static char *transaction_build(packet_info *pinfo FILTER_USER_DATA)
{
    const struct frame_record *frame = dissector_frame(pinfo);

    for (unsigned i = 0; frame && i < frame->message_count; i++) {
        if (frame->messages[i]->transaction) {
            return g_strdup_printf("sipconn.transaction == %u", frame->messages[i]->transaction);
        }
    }
    return NULL;
}

static char *connection_build(packet_info *pinfo FILTER_USER_DATA)
{
    const struct frame_record *frame = dissector_frame(pinfo);

    for (unsigned i = 0; frame && i < frame->message_count; i++) {
        if (frame->messages[i]->connection) {
            return connection_filter(frame->messages[i]->connection);
        }
    }
    return frame && frame->connection_event ? connection_filter(frame->connection_event) : NULL;
}

static char *peers_build(packet_info *pinfo FILTER_USER_DATA)
{
    const struct frame_record *frame = dissector_frame(pinfo);

    if (frame && frame->message_count > 0) {
        return peers_filter(&frame->messages[0]->src.ip, &frame->messages[0]->dst.ip);
    }
    return frame && frame->connection_event ? peers_filter(&frame->connection_event->initiator.ip,
                                                           &frame->connection_event->acceptor.ip)
                                            : NULL;
}

static bool is_built(char *filter)
{
    bool is_there = filter != NULL;

    g_free(filter);
    return is_there;
}

static ws_bool transaction_is_valid(packet_info *pinfo FILTER_USER_DATA)
{
    return is_built(transaction_build(pinfo FILTER_NO_USER_DATA));
}

static ws_bool connection_is_valid(packet_info *pinfo FILTER_USER_DATA)
{
    return is_built(connection_build(pinfo FILTER_NO_USER_DATA));
}

static ws_bool peers_is_valid(packet_info *pinfo FILTER_USER_DATA)
{
    return is_built(peers_build(pinfo FILTER_NO_USER_DATA));
}

void filters_register(void)
{
    register_conversation_filter("sipconn", "SIP transaction", transaction_is_valid,
                                 transaction_build FILTER_NO_USER_DATA);
    register_conversation_filter("sipconn", "SIP connection", connection_is_valid,
                                 connection_build FILTER_NO_USER_DATA);
    register_conversation_filter("sipconn", "Everything between these two SIP peers",
                                 peers_is_valid, peers_build FILTER_NO_USER_DATA);
}

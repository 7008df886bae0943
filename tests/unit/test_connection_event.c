/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "connection.h"

#define SECOND INT64_C(1000000000)
#define CLIENT "192.0.2.1:40001"
#define SERVER "192.0.2.2:5060"

static struct endpoint at(const char *text)
{
    struct host_port host_port;

    g_assert_true(host_port_parse(slice_of(text), &host_port));
    return endpoint_make(&host_port.ip, host_port.port);
}

/* The segments in order: frames and seconds from 1. */
static void assert_events(const unsigned *by_client, const unsigned *events, unsigned count,
                          const char *expected)
{
    struct connection_table *table = connection_table_new();
    struct connection *connection = NULL;
    g_autoptr(GString) text = g_string_new(NULL);

    for (unsigned i = 0; i < count; i++) {
        struct packet_tcp tcp = {.src = at(by_client[i] ? CLIENT : SERVER),
                                 .dst = at(by_client[i] ? SERVER : CLIENT),
                                 .events = events[i]};

        connection = connection_segment(table, &tcp, i + 1, (i + 1) * SECOND);
        connection_segment_close(table, connection, &tcp, i + 1, (i + 1) * SECOND);
    }

    const GArray *kept = analysis_connection_events(&connection->record);

    for (unsigned i = 0; i < kept->len; i++) {
        const struct connection_event *event = &g_array_index(kept, struct connection_event, i);
        char buffer[ENDPOINT_TEXT_SIZE];

        g_assert_cmpint(event->time, ==, event->frame * SECOND);
        g_string_append_printf(text, "%u %s %s\n", event->frame, connection_event_name(event->kind),
                               event->by != NULL ? endpoint_format(event->by, buffer) : "nobody");
    }
    g_assert_cmpstr(text->str, ==, expected);
    connection_table_free(table);
}

static void test_first_of_each_kind(void)
{
    static const unsigned by_client[] = {1, 1, 0, 1, 0, 1, 0, 0, 1};
    static const unsigned events[] = {
        TCP_SYN, TCP_SYN,           TCP_SYN | TCP_ACK,
        TCP_ACK, TCP_ACK | TCP_FIN, TCP_ACK | TCP_CLOSE_NOTIFY | TCP_FIN,
        TCP_FIN, TCP_RST,           TCP_WS_CLOSE,
    };

    assert_events(by_client, events, G_N_ELEMENTS(events),
                  "1 syn " CLIENT "\n"
                  "3 syn " SERVER "\n"
                  "5 fin " SERVER "\n"
                  "6 close-notify " CLIENT "\n"
                  "6 fin " CLIENT "\n"
                  "8 rst " SERVER "\n"
                  "9 ws-close " CLIENT "\n");
}

static void test_gaps_are_few(void)
{
    static const unsigned by_client[] = {1, 0, 1, 0, 1, 0, 1};
    static const unsigned events[] = {
        TCP_ACK,           TCP_ACK | TCP_GAP, TCP_ACK | TCP_GAP, TCP_ACK | TCP_GAP,
        TCP_ACK | TCP_GAP, TCP_ACK | TCP_GAP, TCP_ACK | TCP_GAP,
    };

    assert_events(by_client, events, G_N_ELEMENTS(events),
                  "2 gap nobody\n3 gap nobody\n4 gap nobody\n5 gap nobody\n");
}

static void test_association(void)
{
    struct connection_table *table = connection_table_new();
    struct packet_sctp_init init = {.src = at(CLIENT), .dst = at(SERVER), .initiate_tag = 7};
    struct packet_sctp_init answer = {
        .src = at(SERVER), .dst = at(CLIENT), .is_ack = true, .initiate_tag = 8};
    struct packet_message packet = {.transport = TRANSPORT_SCTP,
                                    .stream = -1,
                                    .src = at(CLIENT),
                                    .dst = at(SERVER),
                                    .has_sctp_tag = true,
                                    .sctp_tag = 8};
    const struct connection *connection;

    connection_association_init(table, &init, 1, SECOND);
    connection_association_init(table, &answer, 2, 2 * SECOND);
    connection = connection_of_message(table, &packet, 3, 3 * SECOND);
    g_assert_cmpuint(analysis_connection_events(&connection->record)->len, ==, 2);
    connection_table_free(table);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/connection-event/first-of-each-kind", test_first_of_each_kind);
    g_test_add_func("/connection-event/gaps-are-few", test_gaps_are_few);
    g_test_add_func("/connection-event/association", test_association);
    return g_test_run();
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "record.h"

/* The names are what display filters and scripts are written against. */
static void test_verdict_names(void)
{
    static const struct {
        enum verdict verdict;
        const char *name;
    } cases[] = {
        {VERDICT_SYMMETRIC_RPORT, "symmetric-rport"},
        {VERDICT_RPORT_AS_SENT, "rport-as-sent"},
        {VERDICT_SYMMETRIC_UNREQUESTED, "symmetric-unrequested"},
        {VERDICT_VIA_RECEIVED_PORT, "via-received-port"},
        {VERDICT_VIA_SENT_BY, "via-sent-by"},
        {VERDICT_MADDR, "maddr"},
        {VERDICT_SAME_CONNECTION, "same-connection"},
        {VERDICT_NEW_CONNECTION_AFTER_CLOSE, "new-connection-after-close"},
        {VERDICT_NEW_CONNECTION_WHILE_OPEN, "new-connection-while-open"},
        {VERDICT_OTHER_CONNECTION_WHILE_OPEN, "other-connection-while-open"},
        {VERDICT_OTHER_CONNECTION_UNKNOWN, "other-connection-unknown"},
        {VERDICT_WRONG_TRANSPORT, "wrong-transport"},
        {VERDICT_WRONG_SOURCE, "wrong-source"},
        {VERDICT_WRONG_DESTINATION, "wrong-destination"},
        {VERDICT_UNMATCHED, "unmatched"},
    };

    g_assert_cmpuint(G_N_ELEMENTS(cases), ==, VERDICT_COUNT - 1);
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_cmpstr(verdict_name(cases[i].verdict), ==, cases[i].name);
    }
    g_assert_null(verdict_name(VERDICT_NONE));
    g_assert_null(verdict_name(VERDICT_COUNT));
}

static void test_other_names(void)
{
    g_assert_cmpstr(evidence_name(EVIDENCE_UNKNOWN), ==, "unknown");
    g_assert_cmpstr(evidence_name(EVIDENCE_WEAK), ==, "weak");
    g_assert_cmpstr(evidence_name(EVIDENCE_MEDIUM), ==, "medium");
    g_assert_cmpstr(evidence_name(EVIDENCE_STRONG), ==, "strong");
    g_assert_cmpstr(evidence_name(EVIDENCE_CERTAIN), ==, "certain");

    g_assert_null(direction_name(DIRECTION_NONE));
    g_assert_cmpstr(direction_name(DIRECTION_FORWARD), ==, "forward");
    g_assert_cmpstr(direction_name(DIRECTION_BACKWARD), ==, "backward");
    g_assert_cmpstr(direction_name(DIRECTION_UNKNOWN), ==, "unknown");

    g_assert_null(connection_close_name(CLOSE_NONE));
    g_assert_cmpstr(connection_close_name(CLOSE_FIN), ==, "fin");
    g_assert_cmpstr(connection_close_name(CLOSE_RST), ==, "rst");
    g_assert_cmpstr(connection_close_name(CLOSE_NOTIFY), ==, "close-notify");
    g_assert_cmpstr(connection_close_name(CLOSE_WS), ==, "ws-close");
    g_assert_cmpstr(connection_close_name(CLOSE_REOPENED), ==, "reopened");
}

static void test_class_names(void)
{
    static const char *const names[CONNECTION_CLASS_COUNT] = {
        "idle", "single-transaction", "persistent", "reuse", "response-delivery",
    };

    for (unsigned i = 0; i < CONNECTION_CLASS_COUNT; i++) {
        g_assert_cmpstr(connection_class_name(i), ==, names[i]);
    }
    g_assert_null(connection_class_name(CONNECTION_CLASS_COUNT));
    g_assert_cmpuint(CONNECTION_RESPONSE_DELIVERY, ==, 1u << (CONNECTION_CLASS_COUNT - 1));
}

static void test_destination(void)
{
    char buffer[ENDPOINT_TEXT_SIZE];
    struct host_port host_port;
    struct destination place = {0};
    struct destination stream = {.is_stream = true, .stream = 4};

    g_assert_true(host_port_parse(slice_of("192.0.2.1:9988"), &host_port));
    place.endpoint = endpoint_make(&host_port.ip, host_port.port);
    g_assert_cmpstr(destination_format(&place, buffer), ==, "192.0.2.1:9988");
    g_assert_true(host_port_parse(slice_of("[2001:db8::1]:5060"), &host_port));
    place.endpoint = endpoint_make(&host_port.ip, host_port.port);
    g_assert_cmpstr(destination_format(&place, buffer), ==, "[2001:db8::1]:5060");
    g_assert_cmpstr(destination_format(&stream, buffer), ==, "tcp stream 4");
    stream.stream = 0;
    g_assert_cmpstr(destination_format(&stream, buffer), ==, "tcp stream 0");
    stream.stream = G_MAXINT64;
    g_assert_cmpstr(destination_format(&stream, buffer), ==, "tcp stream 9223372036854775807");
    stream.stream = -1;
    g_assert_cmpstr(destination_format(&stream, buffer), ==, "sctp association");
}

/* Catalogue D.2. */
static void test_classes(void)
{
    static const struct {
        uint32_t forward, backward, unknown, responses;
        unsigned classes;
    } cases[] = {
        {0, 0, 0, 0, CONNECTION_IDLE},
        {0, 0, 0, 1, CONNECTION_RESPONSE_DELIVERY},
        {1, 0, 0, 0, CONNECTION_SINGLE_TRANSACTION},
        {1, 0, 0, 3, CONNECTION_SINGLE_TRANSACTION},
        {2, 0, 0, 2, CONNECTION_PERSISTENT},
        {9, 0, 0, 0, CONNECTION_PERSISTENT},
        {1, 1, 0, 2, CONNECTION_REUSE},
        {0, 1, 0, 0, CONNECTION_REUSE},
        {0, 7, 0, 9, CONNECTION_REUSE},
        {2, 1, 0, 3, CONNECTION_PERSISTENT | CONNECTION_REUSE},
        /* nobody known as initiator: cannot tell (D.3) */
        {0, 0, 1, 0, 0},
        {0, 0, 5, 5, 0},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct connection_record record = {
            .forward_transactions = cases[i].forward,
            .backward_requests = cases[i].backward,
            .unknown_requests = cases[i].unknown,
            .responses = cases[i].responses,
        };

        g_test_message("%u %u %u %u", cases[i].forward, cases[i].backward, cases[i].unknown,
                       cases[i].responses);
        g_assert_cmphex(connection_record_classes(&record), ==, cases[i].classes);
    }
}

/* D.2 and D.3 */
static void test_class_details(void)
{
    static const struct {
        enum connection_class class;
        enum evidence evidence;
        bool cross_dialog, keep_alive;
        const char *detail;
    } cases[] = {
        {CONNECTION_IDLE, EVIDENCE_CERTAIN, false, false, NULL},
        {CONNECTION_IDLE, EVIDENCE_CERTAIN, false, true, "keep-alive-only"},
        {CONNECTION_SINGLE_TRANSACTION, EVIDENCE_CERTAIN, false, false, NULL},
        {CONNECTION_SINGLE_TRANSACTION, EVIDENCE_STRONG, false, true, NULL},
        {CONNECTION_SINGLE_TRANSACTION, EVIDENCE_MEDIUM, false, false, "inferred"},
        {CONNECTION_SINGLE_TRANSACTION, EVIDENCE_WEAK, false, false, "inferred"},
        {CONNECTION_PERSISTENT, EVIDENCE_CERTAIN, false, false, "same-dialog"},
        {CONNECTION_PERSISTENT, EVIDENCE_STRONG, true, true, "cross-dialog"},
        {CONNECTION_PERSISTENT, EVIDENCE_MEDIUM, false, false, "same-dialog, inferred"},
        {CONNECTION_PERSISTENT, EVIDENCE_WEAK, true, false, "cross-dialog, inferred"},
        {CONNECTION_REUSE, EVIDENCE_CERTAIN, true, true, NULL},
        {CONNECTION_REUSE, EVIDENCE_STRONG, false, false, NULL},
        {CONNECTION_REUSE, EVIDENCE_MEDIUM, false, false, "inferred"},
        {CONNECTION_REUSE, EVIDENCE_WEAK, false, false, "inferred"},
        {CONNECTION_RESPONSE_DELIVERY, EVIDENCE_CERTAIN, true, true, NULL},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct connection_record record = {
            .evidence = cases[i].evidence,
            .cross_dialog = cases[i].cross_dialog,
            .keep_alive = cases[i].keep_alive,
        };

        g_test_message("%u", i);
        g_assert_cmpstr(connection_record_class_detail(&record, cases[i].class), ==,
                        cases[i].detail);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/record/verdicts", test_verdict_names);
    g_test_add_func("/record/names", test_other_names);
    g_test_add_func("/record/class-names", test_class_names);
    g_test_add_func("/record/destination", test_destination);
    g_test_add_func("/record/classes", test_classes);
    g_test_add_func("/record/class-details", test_class_details);
    return g_test_run();
}

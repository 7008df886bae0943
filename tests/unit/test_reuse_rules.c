/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules of catalogue section C6: the half about requests that go backwards. */
#include <glib.h>

#include "scene_proxies.h"

#define INSIDE "10.1.1.1:49160" /* A, behind its NAT */

#define PLAY(cases) scene_play_all("C6", TRANSPORT_TLS, cases, G_N_ELEMENTS(cases))

static void test_reuse_no_client_cert(void)
{
    static const struct scene_case cases[] = {
        {"F10",
         "2 alias-no-client-cert warn, 4 reuse-no-client-cert error",
         {"MESSAGE"},
         .handshake = HANDSHAKE_EMPTY,
         .steps = {ALIASED, BACK_TO(9000, "sip:p1.example.com")}},
        {"the file begins with the ClientHello",
         "2 alias-no-client-cert warn, 4 reuse-no-client-cert error", .handshake = HANDSHAKE_EMPTY,
         .steps = {OPENED_LATE, OFFERED, BACK_TO(9000, "sip:p1.example.com")}},
        {"the server never asked",
         "2 alias-no-client-cert warn, 4 reuse-no-client-cert error, "
         "4 alias-server-no-cert-request warn",
         .handshake = HANDSHAKE_NOT_ASKED, .steps = {ALIASED, BACK_TO(9000, "sip:p1.example.com")}},
        {"never asked, but never used backwards", "2 alias-no-client-cert warn",
         .handshake = HANDSHAKE_NOT_ASKED, .steps = {ALIASED}},
        /* it may ask after the handshake */
        {"never asked in TLS 1.3", "2 alias-no-client-cert warn, 4 reuse-no-client-cert error",
         .handshake = HANDSHAKE_NOT_ASKED_1_3,
         .steps = {ALIASED, BACK_TO(9000, "sip:p1.example.com")}},
        {"E35, E56: resumed", "", .handshake = HANDSHAKE_RESUMED,
         .steps = {ALIASED, BACK_TO(9000, "sip:p1.example.com")}},
        {"TLS 1.3 without keys", "", .handshake = HANDSHAKE_CLOSED_1_3,
         .steps = {ALIASED, BACK_TO(9000, "sip:p1.example.com")}},
        {"E55: registered", "2 alias-no-client-cert note", .handshake = HANDSHAKE_NOT_ASKED,
         .steps = {OPENED, REGISTERED(";transport=tls"), BACK_TO(9000, "sip:a@192.0.2.1")}},
        {"F9: presented", "",
         .steps = {ALIASED, BACK_TO(9000, "sip:p1.example.com"), BACK_ANSWERED(9100)}},
    };

    PLAY(cases);
}

static void test_reuse_no_alias(void)
{
    static const struct scene_case cases[] = {
        {"alias never offered",
         "4 reuse-no-alias warn",
         {"MESSAGE"},
         .steps = {USED, BACK_TO(5000, "sip:p1.example.com")}},
        {"alias offered too late", "4 reuse-no-alias warn",
         .steps = {USED,
                   BACK_TO(5000, "sip:p1.example.com"),
                   {6000, FORWARD, .line = "OPTIONS sip:p2.example.net",
                    .via = "p1.example.com;alias", .cseq = 2}}},
        {"alias offered", "", .steps = {ALIASED, BACK_TO(5000, "sip:p1.example.com")}},
        {"registered", "",
         .steps = {OPENED,
                   {300, FORWARD, .line = "REGISTER sip:p2.example.net", .via = "p1.example.com",
                    .more = "Contact: <sip:a@192.0.2.1>\r\nExpires: 60\r\n"},
                   {400, BACK, .line = "200 REGISTER", .via = "p1.example.com;received=192.0.2.1"},
                   BACK_TO(5000, "sip:a@192.0.2.1")}},
        {"start of the connection not captured", "",
         .steps = {{300, FORWARD, .line = "OPTIONS sip:p2.example.net", .via = "p1.example.com"},
                   BACK_TO(5000, "sip:p1.example.com")}},
        {"segments are missing: perhaps the one that offers alias", "",
         .steps = {USED,
                   {1000, FORWARD, .events = TCP_ACK | TCP_GAP},
                   BACK_TO(5000, "sip:p1.example.com")}},
        {"nothing of the opener could be read", "",
         .steps = {OPENED, BACK_TO(5000, "sip:p1.example.com")}},
        {"nothing backwards", "", .steps = {USED}},
    };

    PLAY(cases);
}

#define REGISTERED_AS(contact_, cseq_)                                                             \
    {300 * (cseq_),      FORWARD,       .line = "REGISTER sip:p2.example.net",                     \
     .via = "192.0.2.1", .cseq = cseq_, .more = contact_},                                         \
    {                                                                                              \
        300 * (cseq_) + 100, BACK, .line = "200 REGISTER", .via = "192.0.2.1", .cseq = cseq_       \
    }

static void test_reuse_no_tls(void)
{
    static const struct scene_case cases[] = {
        {"a TCP trunk",
         "4 reuse-no-tls warn",
         {"MESSAGE"},
         .wire = TRANSPORT_TCP,
         .steps = {USED, BACK_TO(5000, "sip:p1.example.com")}},
        {"Via names TLS: perhaps behind a terminator", "4 reuse-no-tls note", .wire = TRANSPORT_TCP,
         .steps = {USED,
                   {5000, BACK, .line = "MESSAGE sip:p1.example.com", .via = "p2.example.net",
                    .call = "back", .via_names = "TLS"}}},
        {"registered", "2 alias-non-tls note", .wire = TRANSPORT_TCP,
         .steps = {OPENED, REGISTERED(""), BACK_TO(5000, "sip:a@192.0.2.1")}},
        {"F11: outbound", "", .wire = TRANSPORT_TCP,
         .steps = {OPENED,
                   {300, FORWARD, .line = "REGISTER sip:p2.example.net", .via = "192.0.2.1",
                    .more = "Contact: <sip:a@10.0.0.9;transport=tcp>;reg-id=1;"
                            "+sip.instance=\"<urn:uuid:1>\"\r\nSupported: outbound\r\n"},
                   {400, BACK, .line = "200 REGISTER", .via = "192.0.2.1",
                    .more = "Require: outbound\r\n"},
                   BACK_TO(5000, "sip:a@10.0.0.9;transport=tcp")}},
        {"the URI is the far end", "", .wire = TRANSPORT_TCP,
         .steps = {USED, BACK_TO(5000, "sip:x@192.0.2.1:49160")}},
        {"the URI is the far end outside of a NAT, and its inside is in the file too", "",
         .wire = TRANSPORT_TCP,
         .steps = {USED,
                   {500, INSIDE, B, 1, .open = true},
                   BACK_TO(5000, "sip:x@192.0.2.1:49160"),
                   {5001, B, INSIDE, 1, .line = "MESSAGE sip:x@192.0.2.1:49160",
                    .via = "p2.example.net", .call = "back"}}},
        {"a trunk on both sides of a NAT: once", "5 reuse-no-tls warn", .wire = TRANSPORT_TCP,
         .steps = {USED,
                   {500, INSIDE, B, 1, .open = true},
                   BACK_TO(5000, "sip:p1.example.com"),
                   {5001, B, INSIDE, 1, .line = "MESSAGE sip:p1.example.com",
                    .via = "p2.example.net", .call = "back"}}},
        {"WebSocket", "", .wire = TRANSPORT_WS,
         .steps = {USED, BACK_TO(5000, "sip:p1.example.com")}},
        {"start of the connection not captured", "", .wire = TRANSPORT_TCP,
         .steps = {{300, FORWARD, .line = "OPTIONS sip:p2.example.net", .via = "p1.example.com"},
                   BACK_TO(5000, "sip:p1.example.com")}},
        /* D.2: the ACK follows a response that came over a connection which its server opened */
        {"only an ACK", "5 reuse-no-tls note", .wire = TRANSPORT_TCP,
         .steps = {{0, "192.0.2.128:50000", "192.0.2.1:5060", 1, .open = true},
                   {100, "192.0.2.128:50000", "192.0.2.1:5060", 1,
                    .line = "INVITE sip:p1.example.com", .via = "192.0.2.128:5061"},
                   {200, FORWARD, .open = true},
                   {300, FORWARD, .line = "200 INVITE", .via = "192.0.2.128:5061"},
                   {400, BACK, .line = "ACK sip:p1.example.com", .via = "192.0.2.128:5061",
                    .branch = "ack"}}},
        {"nothing of the opener is in the file", "",
         .steps = {{0, BACK, .events = TCP_SYN | TCP_ACK},
                   {400, BACK, .line = "200 REGISTER", .via = "192.0.2.1"},
                   BACK_TO(5000, "sip:a@192.0.2.1")}},
        /* RFC 3261 10.3: all bindings of the address-of-record are listed */
        {"registered, and the answer lists another device first", "",
         .steps =
             {OPENED,
              {300, FORWARD, .line = "REGISTER sip:p2.example.net", .via = "192.0.2.1",
               .more = "Contact: <sip:a@192.0.2.1>;expires=3600\r\n"},
              {400, BACK, .line = "200 REGISTER", .via = "192.0.2.1",
               .more = "Contact: <sip:a@192.0.2.77>;expires=7, <sip:a@192.0.2.1>;expires=3600\r\n"},
              BACK_TO(60000, "sip:a@192.0.2.1")}},
        {"all registrations removed", "6 reuse-no-tls warn", .wire = TRANSPORT_TCP,
         .steps = {OPENED, REGISTERED_AS("Contact: <sip:a@10.0.0.1>\r\n", 1),
                   REGISTERED_AS("Contact: *\r\nExpires: 0\r\n", 2),
                   BACK_TO(60000, "sip:p1.example.com")}},
        {"registered, and another binding removed by the same request", "",
         .steps =
             {OPENED,
              {300, FORWARD, .line = "REGISTER sip:p2.example.net", .via = "192.0.2.1",
               .more =
                   "Contact: <sip:a@192.0.2.1:4444>;expires=0, <sip:a@192.0.2.1>;expires=3600\r\n"},
              {400, BACK, .line = "200 REGISTER", .via = "192.0.2.1",
               .more = "Contact: <sip:a@192.0.2.1>;expires=3600\r\n"},
              BACK_TO(60000, "sip:a@192.0.2.1")}},
    };

    PLAY(cases);
}

static void test_reuse_identity(void)
{
    static const struct scene_case cases[] = {
        {"another domain",
         "4 reuse-identity-mismatch warn",
         {"sip:x@example.org", "p1.example.com, example.com"},
         .steps = {ALIASED, BACK_TO(5000, "sip:x@example.org")}},
        {"the second identity", "", .steps = {ALIASED, BACK_TO(5000, "sip:x@example.com")}},
        {"the topmost Route counts", "",
         .steps = {ALIASED,
                   {5000, BACK, .line = "BYE sip:x@host.example.org", .via = "p2.example.net",
                    .call = "back", .more = "Route: <sip:p1.example.com;lr>\r\n"}}},
        {"E37: by a wildcard only", "4 cert-wildcard note, 4 reuse-identity-mismatch warn",
         .a_names = "*.example.com p1.example.com",
         .steps = {ALIASED, BACK_TO(5000, "sip:sip.example.com")}},
        /* by the letter only: Contacts are often addresses; here it is that of the alias */
        {"an address", "4 reuse-identity-mismatch note",
         .steps = {ALIASED, BACK_TO(5000, "sip:x@192.0.2.1:5061")}},
        /* whom a strict router sends it to, it alone knows */
        {"another domain behind a strict router", "",
         .steps = {ALIASED,
                   {5000, BACK, .line = "BYE sip:x@example.org", .via = "p2.example.net",
                    .call = "back", .more = "Route: <sip:p1.example.com>\r\n"}}},
        {"identities unknown", "", .handshake = HANDSHAKE_RESUMED,
         .steps = {ALIASED, BACK_TO(5000, "sip:x@example.org")}},
        {"another domain, but a registered flow", "",
         .steps = {OPENED, REGISTERED(";transport=tls"), BACK_TO(5000, "sip:x@example.org")}},
    };

    PLAY(cases);
}

/* Step 4: p1 advertises another port on the same connection. */
#define OFFERED_AGAIN                                                                              \
    {                                                                                              \
        500, FORWARD, .line = "OPTIONS sip:p2.example.net", .via = "p1.example.com:5071;alias",    \
                      .cseq = 2                                                                    \
    }

static void test_reuse_address(void)
{
    static const struct scene_case cases[] = {
        {"a Route to another address",
         "4 reuse-identity-mismatch note, 4 reuse-address-mismatch warn",
         {"192.0.2.77:5061", "192.0.2.1:5061"},
         .steps = {ALIASED,
                   {5000, BACK, .line = "BYE sip:x@example.com", .via = "p2.example.net",
                    .call = "back", .more = "Route: <sip:192.0.2.77;lr>\r\n"}}},
        {"a name of another address", "4 reuse-address-mismatch warn",
         .resolves = "p1.example.com 192.0.2.77",
         .steps = {ALIASED, BACK_TO(5000, "sip:p1.example.com")}},
        {"another port", "4 reuse-address-mismatch warn", .resolves = "p1.example.com 192.0.2.1",
         .steps = {ALIASED, BACK_TO(5000, "sip:p1.example.com:5071")}},
        {"the port of a second alias", "", .resolves = "p1.example.com 192.0.2.1",
         .steps = {ALIASED, OFFERED_AGAIN, BACK_TO(5000, "sip:p1.example.com:5071")}},
        {"the port of the first of two aliases", "", .resolves = "p1.example.com 192.0.2.1",
         .steps = {ALIASED, OFFERED_AGAIN, BACK_TO(5000, "sip:p1.example.com")}},
        {"neither port of two aliases", "5 reuse-address-mismatch warn",
         .resolves = "p1.example.com 192.0.2.1",
         .steps = {ALIASED, OFFERED_AGAIN, BACK_TO(5000, "sip:p1.example.com:5081")}},
        {"the address of the alias", "", .resolves = "p1.example.com 192.0.2.1",
         .steps = {ALIASED, BACK_TO(5000, "sip:p1.example.com")}},
        /* RFC 5923 5 item 6 */
        {"one of several addresses", "",
         .resolves = "p1.example.com 192.0.2.77 p1.example.com 192.0.2.1",
         .steps = {ALIASED, BACK_TO(5000, "sip:p1.example.com")}},
        {"not resolved in the file", "", .steps = {ALIASED, BACK_TO(5000, "sip:p1.example.com")}},
    };

    PLAY(cases);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reuse-rules/no-client-cert", test_reuse_no_client_cert);
    g_test_add_func("/reuse-rules/no-alias", test_reuse_no_alias);
    g_test_add_func("/reuse-rules/no-tls", test_reuse_no_tls);
    g_test_add_func("/reuse-rules/identity", test_reuse_identity);
    g_test_add_func("/reuse-rules/address", test_reuse_address);
    return g_test_run();
}

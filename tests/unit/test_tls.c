/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tls.h"

#include <glib.h>
#include <string.h>

#define NAMES_MAX 4

static struct tls_certificate certificate_of(const char *const uris[], const char *const dns[],
                                             const char *common_name, struct slice store[])
{
    struct tls_certificate certificate = {.common_name = slice_of(common_name)};
    unsigned used = 0;

    certificate.uris = store;
    for (; uris[certificate.uri_count] != NULL; certificate.uri_count++) {
        store[used++] = slice_of(uris[certificate.uri_count]);
    }
    certificate.dns_names = store + used;
    for (; dns[certificate.dns_name_count] != NULL; certificate.dns_name_count++) {
        store[used++] = slice_of(dns[certificate.dns_name_count]);
    }
    certificate.has_alternative_name = used > 0;
    return certificate;
}

/* RFC 5922 7.1 */
static void test_identities(void)
{
    static const struct {
        const char *uris[NAMES_MAX], *dns[NAMES_MAX], *common_name;
        const char *expected; /* joined by blanks */
    } rows[] = {
        {{"sip:p1.example.com", "sip:example.com"}, {NULL}, NULL, "p1.example.com example.com"},
        {{"SIP:Example.COM"}, {"p1.example.com"}, NULL, "example.com"},
        {{"sip:alice@example.com"}, {"p1.example.com"}, NULL, "p1.example.com"},
        {{"sips:example.com"}, {"p1.example.com"}, NULL, "p1.example.com"},
        {{"https://example.com"}, {NULL}, "example.net", ""},
        {{NULL},
         {"a.example.com", "b.example.com"},
         "c.example.com",
         "a.example.com b.example.com"},
        {{NULL}, {NULL}, "C.example.com", "c.example.com"},
        {{NULL}, {NULL}, NULL, ""},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct slice store[2 * NAMES_MAX];
        struct tls_certificate certificate =
            certificate_of(rows[i].uris, rows[i].dns, rows[i].common_name, store);
        GPtrArray *identities = tls_certificate_identities(&certificate);
        char *joined;

        g_ptr_array_add(identities, NULL);
        joined = g_strjoinv(" ", (char **)identities->pdata);
        g_assert_cmpstr(joined, ==, rows[i].expected);
        g_free(joined);
        g_ptr_array_unref(identities);
    }
}

/* RFC 5922 7.2 */
static void test_identity_match(void)
{
    static const struct {
        const char *identity, *host;
        enum identity_match match;
    } rows[] = {
        {"example.com", "EXAMPLE.com", IDENTITY_EQUAL},
        {"example.com", "p1.example.com", IDENTITY_NONE},
        {"p1.example.com", "example.com", IDENTITY_NONE},
        {"*.example.com", "sip.example.com", IDENTITY_WILDCARD},
        {"*.example.com", "a.b.example.com", IDENTITY_NONE},
        {"*.example.com", "example.com", IDENTITY_NONE},
        {"*.example.com", ".example.com", IDENTITY_NONE},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        GPtrArray *identities = g_ptr_array_new();
        const char *found = NULL;

        g_ptr_array_add(identities, (char *)rows[i].identity);
        g_assert_cmpint(tls_identity_match(identities, slice_of(rows[i].host), &found), ==,
                        rows[i].match);
        g_assert_true((found != NULL) == (rows[i].match != IDENTITY_NONE));
        g_ptr_array_unref(identities);
    }
}

/* A handshake as letters, upper case sent by the client: H hello, C Certificate, E empty Certificate,
 * R CertificateRequest, V CertificateVerify, F Finished. */
static void handshake(struct tls_facts *facts, struct tls_session_table *sessions,
                      const char *steps, uint16_t version, const char *session, bool decrypted)
{
    static const char letters[] = "HCERVF";
    static const enum tls_event events[] = {
        TLS_EVENT_CLIENT_HELLO,        TLS_EVENT_CERTIFICATE,        TLS_EVENT_CERTIFICATE,
        TLS_EVENT_CERTIFICATE_REQUEST, TLS_EVENT_CERTIFICATE_VERIFY, TLS_EVENT_FINISHED,
    };

    for (; *steps != '\0'; steps++) {
        bool client = g_ascii_isupper(*steps);
        char letter = g_ascii_toupper(*steps);
        struct packet_tls tls = {
            .event = events[strchr(letters, letter) - letters],
            .version = version,
            .session_id = slice_of(session),
            .decrypted = decrypted,
            .certificate_count = letter == 'C',
        };

        if (letter == 'H' && !client) {
            tls.event = TLS_EVENT_SERVER_HELLO;
        }
        tls_facts_learn(facts, sessions, &tls, client);
    }
}

static void test_client_certificate(void)
{
    static const struct {
        const char *steps;
        uint16_t version;
        bool decrypted;
        enum client_certificate expected;
    } rows[] = {
        {"HhcrCVFf", 0x0303, false, CERTIFICATE_PRESENTED},
        {"HhcrEFf", 0x0303, false, CERTIFICATE_NONE},
        {"HhcFf", 0x0303, false, CERTIFICATE_NONE},
        {"HhcrCV", 0x0303, false, CERTIFICATE_UNKNOWN},  /* handshake not completed */
        {"HhcrCFf", 0x0303, false, CERTIFICATE_UNKNOWN}, /* key not proven */
        {"HhfF", 0x0303, false, CERTIFICATE_UNKNOWN},    /* resumed, original not in the file */
        {"Hh", 0x0304, false, CERTIFICATE_UNKNOWN},      /* the rest is encrypted */
        {"HhrcfCVF", 0x0304, true, CERTIFICATE_PRESENTED},
        {"HhcfF", 0x0304, true, CERTIFICATE_NONE},
        {"", 0, false, CERTIFICATE_UNKNOWN},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct tls_session_table *sessions = tls_session_table_new();
        struct tls_facts *facts = tls_facts_new();

        handshake(facts, sessions, rows[i].steps, rows[i].version, NULL, rows[i].decrypted);
        g_assert_cmpint(tls_client_certificate(facts), ==, rows[i].expected);
        tls_facts_free(facts);
        tls_session_table_free(sessions);
    }
    g_assert_cmpint(tls_client_certificate(NULL), ==, CERTIFICATE_UNKNOWN);
}

static void test_resumption(void)
{
    struct tls_session_table *sessions = tls_session_table_new();
    struct tls_facts *original = tls_facts_new();
    struct tls_facts *resumed = tls_facts_new();
    struct tls_facts *other = tls_facts_new();

    handshake(original, sessions, "HhcrCVFf", 0x0303, "session-1", false);
    g_assert_false(original->resumed && original->inherited);
    handshake(resumed, sessions, "HhfF", 0x0303, "session-1", false);
    g_assert_true(resumed->resumed);
    g_assert_cmpint(tls_client_certificate(resumed), ==, CERTIFICATE_PRESENTED);
    handshake(other, sessions, "HhfF", 0x0303, "session-2", false);
    g_assert_true(other->resumed);
    g_assert_cmpint(tls_client_certificate(other), ==, CERTIFICATE_UNKNOWN);
    tls_facts_free(original);
    tls_facts_free(resumed);
    tls_facts_free(other);
    tls_session_table_free(sessions);
}

static void test_version(void)
{
    struct tls_facts facts = {.version = 0x0303};

    g_assert_cmpstr(tls_version_name(&facts), ==, "1.2");
    facts.version = 0x0304;
    g_assert_cmpstr(tls_version_name(&facts), ==, "1.3");
    facts.version = 0xFEFD;
    g_assert_null(tls_version_name(&facts));
    g_assert_null(tls_version_name(NULL));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tls/identities", test_identities);
    g_test_add_func("/tls/identity-match", test_identity_match);
    g_test_add_func("/tls/client-certificate", test_client_certificate);
    g_test_add_func("/tls/resumption", test_resumption);
    g_test_add_func("/tls/version", test_version);
    return g_test_run();
}

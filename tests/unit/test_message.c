/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "message.h"

/* Static: struct message is large, and stale contents of an earlier parse must not matter. */
static struct message message;
static char *parsed_text;

static const char invite[] =
    "INVITE sip:bob@biloxi.example.com;transport=tcp SIP/2.0\r\n"
    "Via: SIP/2.0/TCP p1.example.com:5060;branch=z9hG4bK1;alias,"
    " SIP/2.0/UDP 192.0.2.4;branch=b2\r\n"
    "v : SIP/2.0/UDP 192.0.2.5;rport\r\n"
    "Max-Forwards: 68\r\n"
    "Route: <sip:p2.example.com;lr>, <sip:p3.example.com;lr>\r\n"
    "Route: <sip:p4.example.com;lr>\r\n"
    "Record-Route: <sip:p1.example.com;lr>\r\n"
    "Path: <sip:edge.example.com;lr;ob>\r\n"
    "From: \"Alice, A.\" <sip:alice@atlanta.example.com;x=y>;tag=9fxced76sl\r\n"
    "To: Bob <sip:bob@biloxi.example.com>\r\n"
    "Call-ID: 3848276298220188511@atlanta.example.com\r\n"
    "CSeq: 2 INVITE\r\n"
    "Contact: <sip:alice@client.atlanta.example.com;transport=tcp>;+sip.instance=\"<urn:uuid:1>\","
    " <sip:b@c>\r\n"
    "Supported: path, OUTBOUND\r\n"
    "Require: outbound\r\n"
    "User-Agent: phone/1.0\r\n"
    "Content-Type: application/sdp\r\n"
    "Content-Length: 5\r\n"
    "\r\n"
    "v=0\r\nsurplus";

static const char compact_response[] = "sip/2.0 200\n"
                                       "V:SIP/2.0/UDP h;branch=z9hG4bK1\n"
                                       "F:sip:a@h;tag=f1\n"
                                       "T\t: <sip:b@h>\n"
                                       " ;tag=t1\n"
                                       "I: call\n"
                                       "cseq: 7\n"
                                       "\tOPTIONS\n"
                                       "M: *\n"
                                       "K:outbound\n"
                                       "S: subject\n"
                                       "O: event\n"
                                       "E: gzip\n"
                                       "C: text/plain\n"
                                       "Server: s/1\n"
                                       "L: 0\n"
                                       "\n";

static void assert_text(struct slice s, const char *expected)
{
    char *text = slice_dup(s);

    g_assert_cmpstr(text, ==, expected);
    g_free(text);
}

static bool parse(const char *text, bool in_stream)
{
    return message_parse(slice_of(text), in_stream, &message);
}

/* A request of one more header line (or lines, each with its end) and no body. */
static void parse_header(const char *header)
{
    char *text = g_strconcat("OPTIONS sip:h SIP/2.0\r\n", header, "\r\n", NULL);

    /* message points into the text, so it lives until the next call. */
    g_free(parsed_text);
    parsed_text = text;
    g_assert_true(parse(text, false));
    g_assert_true(message.headers_complete);
}

static void test_request(void)
{
    struct sip_uri from;

    g_assert_true(parse(invite, true));
    g_assert_true(message.is_request);
    g_assert_true(message_has_method(&message, "INVITE"));
    g_assert_false(message_has_method(&message, "invite"));
    assert_text(message.request_uri_text, "sip:bob@biloxi.example.com;transport=tcp");
    assert_text(message.request_uri.host, "biloxi.example.com");
    g_assert_cmpuint(message.status, ==, 0);
    g_assert_cmpuint(message.via_count, ==, 3);
    g_assert_cmpuint(message.via_parsed, ==, 3);
    g_assert_false(message.via_malformed);
    assert_text(message.via[0].host, "p1.example.com");
    g_assert_true(message.via[0].alias.present);
    assert_text(message.via[1].branch, "b2");
    g_assert_true(message.via[2].rport.present);
    assert_text(message.call_id, "3848276298220188511@atlanta.example.com");
    g_assert_true(message.has_cseq);
    g_assert_cmpuint(message.cseq, ==, 2);
    assert_text(message.cseq_method, "INVITE");
    assert_text(message.from_tag, "9fxced76sl");
    g_assert_true(message_from_uri(&message, &from));
    assert_text(from.host, "atlanta.example.com");
    g_assert_null(message.to_tag.ptr);
    g_assert_true(message.has_max_forwards);
    g_assert_cmpuint(message.max_forwards, ==, 68);
    g_assert_cmpuint(message.contact_count, ==, 2);
    assert_text(message.contact.uri.host, "client.atlanta.example.com");
    g_assert_cmpuint(message.route_count, ==, 3);
    assert_text(message.route.uri.host, "p2.example.com");
    g_assert_cmpuint(message.record_route_count, ==, 1);
    assert_text(message.record_route.uri.host, "p1.example.com");
    g_assert_cmpuint(message.path_count, ==, 1);
    assert_text(message.path.uri.params, "lr;ob");
    g_assert_true(message.supported_outbound);
    g_assert_true(message.supported_path);
    g_assert_true(message.require_outbound);
    assert_text(message.user_agent, "phone/1.0");
    g_assert_true(message.has_content_length);
    g_assert_cmpuint(message.content_length, ==, 5);
    g_assert_true(message.headers_complete);
    assert_text(message.body, "v=0\r\n");
    g_assert_cmpuint(message.text.len, ==, sizeof invite - 1 - strlen("surplus"));
    g_assert_cmpuint(message.header_length, ==, message.text.len - 5);
}

static void test_response(void)
{
    g_assert_true(parse(compact_response, false));
    g_assert_false(message.is_request);
    g_assert_cmpuint(message.status, ==, 200);
    g_assert_true(message_has_method(&message, "OPTIONS"));
    g_assert_null(message.request_uri_text.ptr);
    g_assert_cmpuint(message.via_count, ==, 1);
    assert_text(message.via[0].branch, "z9hG4bK1");
    assert_text(message.from_tag, "f1");
    assert_text(message.to_tag, "t1");
    assert_text(message.call_id, "call");
    g_assert_cmpuint(message.cseq, ==, 7);
    g_assert_true(message.contact.is_star);
    g_assert_true(message.supported_outbound);
    g_assert_false(message.supported_path);
    assert_text(message.user_agent, "s/1");
    g_assert_true(message.has_content_length);
    g_assert_true(message.headers_complete);
    g_assert_cmpuint(message.header_length, ==, sizeof compact_response - 1);
    g_assert_nonnull(message.body.ptr);
    g_assert_cmpuint(message.body.len, ==, 0);
}

static void test_start_lines(void)
{
    static const struct {
        const char *text;
        bool ok;
        const char *method, *uri;
        unsigned status;
    } cases[] = {
        {"OPTIONS sip:h SIP/2.0\r\n", true, "OPTIONS", "sip:h", 0},
        {"\r\n\r\n\nOPTIONS sip:h SIP/2.0\r\n", true, "OPTIONS", "sip:h", 0},
        {"OPTIONS sip:h sip/2.0\n", true, "OPTIONS", "sip:h", 0},
        {"OPTIONS sip:h SIP/2.0\rVia: x\r", true, "OPTIONS", "sip:h", 0},
        {"OPTIONS sip:h SIP/2.0", true, "OPTIONS", "sip:h", 0},
        {"OPTIONS  sip:h\t SIP/2.0 \r\n", true, "OPTIONS", "sip:h", 0},
        {"OPTIONS sip:h; lr SIP/2.0\r\n", true, "OPTIONS", "sip:h; lr", 0},
        {"!x-Method_*+`.%'~ tel:+1 SIP/2.0\r\n", true, "!x-Method_*+`.%'~", "tel:+1", 0},
        {"SIP/2.0 100 Trying\r\n", true, "", "", 100},
        {"Sip/2.0 699\r\n", true, "", "", 699},
        {"SIP/2.0  404 \r\n", true, "", "", 404},
        {"SIP/2.0 200", true, "", "", 200},
        {"SIP/2.0 99 x\r\n", false, "", "", 0},
        {"SIP/2.0 700 x\r\n", false, "", "", 0},
        {"SIP/2.0 099 x\r\n", false, "", "", 0},
        {"SIP/2.0 0200 x\r\n", false, "", "", 0},
        {"SIP/2.0 200OK\r\n", false, "", "", 0},
        {"SIP/2.0\r\n", false, "", "", 0},
        {"SIP/2.0/UDP 200\r\n", false, "", "", 0},
        {"SIP/3.0 200 OK\r\n", false, "", "", 0},
        {"SIP/2.01 200 OK\r\n", false, "", "", 0},
        {"OPTIONS sip:h SIP/2.1\r\n", false, "", "", 0},
        {"OPTIONS sip:h HTTP/1.1\r\n", false, "", "", 0},
        {"OPTIONS sip:hSIP/2.0\r\n", false, "", "", 0},
        {"OPTIONS SIP/2.0\r\n", false, "", "", 0},
        {"OPTIONS sip:h\r\n SIP/2.0\r\n", false, "", "", 0},
        {" OPTIONS sip:h SIP/2.0\r\n", false, "", "", 0},
        {"OPT@ sip:h SIP/2.0\r\n", false, "", "", 0},
        {"OPTIONS sip:h SIP/2.", false, "", "", 0},
        {"Continuation", false, "", "", 0},
        {"Via: SIP/2.0/UDP h SIP/2.0\r\n", false, "", "", 0},
        {"\r\n\r\n", false, "", "", 0},
        {"", false, "", "", 0},
        {"\xff\xfe garbage\r\n", false, "", "", 0},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].text);
        g_assert_true(message_begins(slice_of(cases[i].text)) == cases[i].ok);
        g_assert_true(parse(cases[i].text, false) == cases[i].ok);
        if (!cases[i].ok)
            continue;
        assert_text(message.method, cases[i].method);
        assert_text(message.request_uri_text, cases[i].uri);
        g_assert_cmpuint(message.status, ==, cases[i].status);
        g_assert_true(message.is_request == (cases[i].status == 0));
    }
    g_assert_false(message_begins((struct slice){NULL, 0}));
    g_assert_false(message_parse((struct slice){NULL, 0}, true, &message));
    g_assert_false(message_begins((struct slice){"\0\0\0\0", 4}));
}

static void test_non_sip_request_uri(void)
{
    g_assert_true(parse("INVITE tel:+1234 SIP/2.0\r\n\r\n", false));
    g_assert_false(message.request_uri.is_sip);
    assert_text(message.request_uri.text, "tel:+1234");
    g_assert_true(parse("INVITE <sip:h> SIP/2.0\r\n\r\n", false));
    g_assert_null(message.request_uri.text.ptr);
    assert_text(message.request_uri_text, "<sip:h>");
}

static void test_line_ends(void)
{
    static const char *const ends[] = {"\r\n", "\n", "\r", "\r\r\n"};

    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
        const char *e = ends[i];
        char *text = g_strconcat("OPTIONS sip:h SIP/2.0", e, "Call-ID: c", e, "CSeq: 1", e,
                                 " OPTIONS", e, "Via: SIP/2.0/UDP", e, "\th", e, e, "body", NULL);

        g_test_message("line end %zu", i);
        g_assert_true(parse(text, false));
        assert_text(message.call_id, "c");
        assert_text(message.cseq_method, "OPTIONS");
        assert_text(message.via[0].host, "h");
        g_assert_true(message.headers_complete);
        assert_text(message.body, "body");
        g_free(text);
    }
}

static void test_unterminated_header_is_not_read(void)
{
    g_assert_true(parse("OPTIONS sip:h SIP/2.0\r\nCall-ID: cut", false));
    g_assert_null(message.call_id.ptr);
    g_assert_false(message.headers_complete);
    g_assert_null(message.body.ptr);
    g_assert_cmpuint(message.header_length, ==, message.text.len);
    g_assert_true(parse("OPTIONS sip:h SIP/2.0\r\n"
                        "Call-ID: a\r\n"
                        "Via: SIP/2.0/UDP h\r\n"
                        " ;bra",
                        false));
    assert_text(message.call_id, "a");
    g_assert_cmpuint(message.via_count, ==, 0);
    g_assert_true(parse("OPTIONS sip:h SIP/2.0\r\nCall-ID: a\r\n", true));
    assert_text(message.call_id, "a");
    g_assert_false(message.headers_complete);
}

static void test_header_names(void)
{
    parse_header("CALL-ID : a\r\n");
    assert_text(message.call_id, "a");
    parse_header("i\t:a\r\n");
    assert_text(message.call_id, "a");
    parse_header("Call-IDs: a\r\nCall ID: b\r\nCall-ID\r\n: c\r\nno colon\r\n");
    g_assert_null(message.call_id.ptr);
    parse_header("Call-ID:\r\n folded@\r\n");
    assert_text(message.call_id, "folded@");
    parse_header("Call-ID:\r\n");
    g_assert_null(message.call_id.ptr);
    /* A start line cannot be folded, so this is a header with a blank too many. */
    parse_header(" Call-ID: a\r\nCall-ID: b\r\n");
    assert_text(message.call_id, "a");
    parse_header("Call-ID: a\r\nX: y\r\nCall-ID: b\r\n");
    assert_text(message.call_id, "a");
    parse_header("User-Agent: u\r\nServer: s\r\n");
    assert_text(message.user_agent, "u");
}

static void test_cseq(void)
{
    static const struct {
        const char *header;
        bool ok;
        uint32_t number;
        const char *method;
    } cases[] = {
        {"CSeq: 1 INVITE\r\n", true, 1, "INVITE"},
        {"cseq:\t4294967295\t invite \r\n", true, 4294967295u, "invite"},
        {"CSeq: 0\r\n ACK\r\n", true, 0, "ACK"},
        {"CSeq: 1 A\r\nCSeq: 2 B\r\n", true, 1, "A"},
        {"CSeq: 4294967296 INVITE\r\n", false, 0, ""},
        {"CSeq: INVITE\r\n", false, 0, ""},
        {"CSeq: 1\r\n", false, 0, ""},
        {"CSeq: 1INVITE\r\n", false, 0, ""},
        {"CSeq: -1 INVITE\r\n", false, 0, ""},
        {"CSeq: 1 INVITE x\r\n", false, 0, ""},
        {"CSeq:\r\n", false, 0, ""},
        {"", false, 0, ""},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].header);
        parse_header(cases[i].header);
        g_assert_true(message.has_cseq == cases[i].ok);
        g_assert_cmpuint(message.cseq, ==, cases[i].number);
        assert_text(message.cseq_method, cases[i].method);
    }
    g_assert_true(parse("SIP/2.0 200 OK\r\n\r\n", false));
    g_assert_null(message.method.ptr);
}

static void test_content_length(void)
{
    static const struct {
        const char *header;
        bool ok;
        uint64_t value;
    } cases[] = {
        {"Content-Length: 0\r\n", true, 0},
        {"l:12\r\n", true, 12},
        {"CONTENT-LENGTH :\t 007 \r\n", true, 7},
        {"Content-Length: 1\r\nl: 2\r\n", true, 1},
        {"Content-Length:\r\n 9\r\n", true, 9},
        {"Content-Length: 4294967297\r\n", true, (uint64_t)1 << 32},
        {"Content-Length: 99999999999999999999999999\r\n", true, (uint64_t)1 << 32},
        {"Content-Length: -1\r\n", false, 0},
        {"Content-Length: 1x\r\n", false, 0},
        {"Content-Length: 1 2\r\n", false, 0},
        {"Content-Length:\r\n", false, 0},
        {"", false, 0},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].header);
        parse_header(cases[i].header);
        g_assert_true(message.has_content_length == cases[i].ok);
        g_assert_cmpuint(message.content_length, ==, cases[i].value);
    }
}

static void test_body(void)
{
    static const struct {
        const char *length;
        bool in_stream;
        size_t body, text_behind_headers;
    } cases[] = {
        {"l: 3\r\n", true, 3, 3},  {"l: 3\r\n", false, 3, 6}, {"l: 9\r\n", true, 6, 6},
        {"l: 9\r\n", false, 6, 6}, {"", true, 6, 6},          {"", false, 6, 6},
        {"l: 0\r\n", true, 0, 0},  {"l: 0\r\n", false, 0, 6},
    };
    static const char body[] = {'a', '\0', 'b', '\r', '\n', '\0'};

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        GString *text = g_string_new("\r\nMESSAGE sip:h SIP/2.0\r\n");
        size_t header_length;

        g_string_append(text, cases[i].length);
        g_string_append(text, "\r\n");
        header_length = text->len - 2;
        g_string_append_len(text, body, sizeof body);
        g_assert_true(
            message_parse((struct slice){text->str, text->len}, cases[i].in_stream, &message));
        g_assert_cmpuint(message.header_length, ==, header_length);
        g_assert_true(slice_equal(message.body, (struct slice){body, cases[i].body}));
        g_assert_cmpuint(message.text.len, ==, header_length + cases[i].text_behind_headers);
        g_assert_true(message.text.ptr == text->str + 2);
        g_string_free(text, TRUE);
    }
}

static void test_vias(void)
{
    GString *many = g_string_new(NULL);

    parse_header("Via:SIP/2.0/UDP a\r\nX: y\r\nVIA: SIP/2.0/UDP b , SIP/2.0/UDP c,\r\n d\r\n");
    g_assert_cmpuint(message.via_count, ==, 4);
    g_assert_cmpuint(message.via_parsed, ==, 3);
    g_assert_true(message.via_malformed);
    assert_text(message.via[2].host, "c");

    /* The entry behind a malformed top Via must not pass for the top one. */
    parse_header("Via: SIP/2.0/UDP h:0\r\nVia: SIP/2.0/UDP b\r\n");
    g_assert_cmpuint(message.via_count, ==, 2);
    g_assert_cmpuint(message.via_parsed, ==, 0);
    g_assert_true(message.via_malformed);

    parse_header("Via:\r\n");
    g_assert_cmpuint(message.via_count, ==, 1);
    g_assert_true(message.via_malformed);

    for (unsigned i = 0; i < 2 * MESSAGE_MAX_VIAS; i++)
        g_string_append(many, "v: SIP/2.0/UDP a, SIP/2.0/UDP b\r\n");
    parse_header(many->str);
    g_assert_cmpuint(message.via_count, ==, 4 * MESSAGE_MAX_VIAS);
    g_assert_cmpuint(message.via_parsed, ==, MESSAGE_MAX_VIAS);
    g_assert_false(message.via_malformed);
    g_string_free(many, TRUE);

    parse_header("");
    g_assert_cmpuint(message.via_count, ==, 0);
    g_assert_false(message.via_malformed);
}

static void test_tags(void)
{
    struct sip_uri from;

    parse_header("From: Doe, John <sip:a@h>;tag=1\r\n"
                 "To: <sip:b@h;tag=no>;x=\";tag=no\";TAG = \"2\"\r\n");
    assert_text(message.from_tag, "1");
    assert_text(message.to_tag, "2");
    parse_header("f: sip:a@h;tag=1\r\nt: tel:+1;tag=2\r\n");
    assert_text(message.from_tag, "1");
    assert_text(message.to_tag, "2");
    parse_header("From: nobody\r\nTo: <sip:b@h>;tag\r\n");
    g_assert_null(message.from_tag.ptr);
    g_assert_null(message.to_tag.ptr);
    g_assert_false(message_from_uri(&message, &from));
    g_assert_false(from.is_sip);
}

static void test_max_forwards(void)
{
    parse_header("Max-Forwards: 70\r\nMax-Forwards: 1\r\n");
    g_assert_true(message.has_max_forwards);
    g_assert_cmpuint(message.max_forwards, ==, 70);
    parse_header("Max-Forwards: x\r\n");
    g_assert_false(message.has_max_forwards);
}

static void test_option_tags(void)
{
    parse_header("Supported: 100rel\r\nk: Path ,timer\r\nRequire: path\r\n");
    g_assert_true(message.supported_path);
    g_assert_false(message.supported_outbound);
    g_assert_false(message.require_outbound);
    parse_header("Supported: outbounds\r\nRequire: x,outbound\r\n");
    g_assert_false(message.supported_outbound);
    g_assert_true(message.require_outbound);
}

/* Nothing outside the given bytes is read (the copy has no byte to spare), nothing points there. */
static void check_bounds(const char *bytes, size_t length)
{
    char *copy = g_malloc(length);
    struct slice all = {copy, length};

    if (length > 0)
        memcpy(copy, bytes, length);
    for (int in_stream = 0; in_stream < 2; in_stream++) {
        bool begins = message_begins(all);

        g_assert_true(message_parse(all, in_stream, &message) == begins);
        if (!begins)
            continue;
        g_assert_true(message.text.ptr >= copy);
        g_assert_true(message.text.ptr + message.text.len <= copy + length);
        g_assert_cmpuint(message.header_length + message.body.len, <=, message.text.len);
        g_assert_cmpuint(message.via_parsed, <=, message.via_count);
        for (unsigned i = 0; i < message.via_parsed; i++) {
            g_assert_true(message.via[i].text.ptr > message.text.ptr);
            g_assert_true(message.via[i].text.ptr + message.via[i].text.len <= copy + length);
        }
    }
    g_free(copy);
}

static void test_every_prefix(void)
{
    for (size_t length = 0; length < sizeof invite; length++)
        check_bounds(invite, length);
    for (size_t length = 0; length < sizeof compact_response; length++)
        check_bounds(compact_response, length);
}

static void test_mutations(void)
{
    static const char bytes[] = " \t\r\n,;:/=\"\\<>[]@?*.09aZ\0\xff";
    char text[sizeof invite];

    for (unsigned round = 0; round < 20000; round++) {
        unsigned changes = 1 + round % 7;

        memcpy(text, invite, sizeof text);
        while (changes-- > 0) {
            int at = g_test_rand_int_range(0, sizeof text);

            text[at] = bytes[g_test_rand_int_range(0, sizeof bytes)];
        }
        check_bounds(text, sizeof text);
    }
}

/* Input made to be scanned again and again; quadratic work on 4 MiB would take many minutes. */
static void test_linear(void)
{
    static const char *const units[] = {
        "a\r",  ",",     "\"",     "<",   ";",   "\\\"",           " ",
        "v:\r", "v:,\n", "v:\"\n", "\r ", "\n ", "SIP/2.0/UDP h,", "m:<\n"};
    static const char *const starts[] = {"", "Via: ", "Via: SIP/2.0/UDP h;", "From: ", "Contact: "};

    for (size_t s = 0; s < G_N_ELEMENTS(starts); s++) {
        for (size_t u = 0; u < G_N_ELEMENTS(units); u++) {
            GString *text = g_string_new("OPTIONS sip:h SIP/2.0\r\n");

            g_string_append(text, starts[s]);
            while (text->len < 4u << 20)
                g_string_append(text, units[u]);
            g_string_append(text, "\r\n\r\n");
            g_assert_true(message_parse((struct slice){text->str, text->len}, true, &message));
            g_string_free(text, TRUE);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/message/request", test_request);
    g_test_add_func("/message/response", test_response);
    g_test_add_func("/message/start-lines", test_start_lines);
    g_test_add_func("/message/non-sip-request-uri", test_non_sip_request_uri);
    g_test_add_func("/message/line-ends", test_line_ends);
    g_test_add_func("/message/unterminated-header", test_unterminated_header_is_not_read);
    g_test_add_func("/message/header-names", test_header_names);
    g_test_add_func("/message/cseq", test_cseq);
    g_test_add_func("/message/content-length", test_content_length);
    g_test_add_func("/message/body", test_body);
    g_test_add_func("/message/vias", test_vias);
    g_test_add_func("/message/tags", test_tags);
    g_test_add_func("/message/max-forwards", test_max_forwards);
    g_test_add_func("/message/option-tags", test_option_tags);
    g_test_add_func("/message/every-prefix", test_every_prefix);
    g_test_add_func("/message/mutations", test_mutations);
    g_test_add_func("/message/linear", test_linear);
    return g_test_run();
}

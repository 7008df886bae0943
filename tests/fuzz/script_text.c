/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The operands of a script, and the texts of its messages. */
#include "script.h"

#include <string.h>

#define PICK(list, reader) (list)[script_byte(reader) % G_N_ELEMENTS(list)]

uint8_t script_byte(struct script_reader *reader)
{
    return reader->pos < reader->end ? *reader->pos++ : 0;
}

uint16_t script_word(struct script_reader *reader)
{
    unsigned low = script_byte(reader);

    return (uint16_t)(low | (unsigned)script_byte(reader) << 8);
}

struct slice script_text(struct script_reader *reader)
{
    const uint8_t *begin = reader->pos;

    while (reader->pos < reader->end && *reader->pos != SCRIPT_TEXT_END) {
        reader->pos++;
    }
    struct slice text = {(const char *)begin, (size_t)(reader->pos - begin)};
    reader->pos += reader->pos < reader->end;
    return text;
}

struct endpoint script_endpoint(struct script_reader *reader)
{
    static const char *const hosts[] = {"192.0.2.1", "192.0.2.2", "198.51.100.5", "203.0.113.9",
                                        "10.1.1.1",  "10.1.1.2",  "2001:db8::1",  "fd00::2"};
    static const uint16_t ports[] = {5060, 5061, 9988, 40000, 40001, 443, 1, 65535};
    uint8_t choice = script_byte(reader);
    struct ip_address ip;

    ip_address_parse(slice_of(hosts[choice & 7]), &ip);
    return endpoint_make(&ip, ports[(choice >> 3) & 7]);
}

/* ---- templates ------------------------------------------------------------------------------ */

static void append_via(struct script_reader *reader, const char *transport,
                       const struct endpoint *src, unsigned branch, GString *text)
{
    static const char *const places[] = {NULL,          "10.9.9.9",        "p1.example.com",
                                         "p1.invalid",  "192.0.2.1:5060",  "[2001:db8::1]:9988",
                                         "example.com", "203.0.113.9:5062"};
    static const char *const params[] = {"",
                                         ";rport",
                                         ";alias",
                                         ";rport;alias;keep",
                                         ";rport=40001;received=203.0.113.9",
                                         ";maddr=192.0.2.2",
                                         ";received=nonsense;rport=0",
                                         ";ttl=1;rport;rport"};
    char own[ENDPOINT_TEXT_SIZE];
    const char *place = PICK(places, reader);

    g_string_append_printf(text, "Via: SIP/2.0/%s %s;branch=%s%u%s\r\n", transport,
                           place != NULL ? place : endpoint_format(src, own),
                           branch & 0x80 ? "old" : "z9hG4bK", branch & 0x1f, PICK(params, reader));
}

static const char *via_transport(struct script_reader *reader, enum transport transport)
{
    static const char *const others[] = {"UDP", "TCP", "TLS", "WSS", "SCTP", "X"};
    uint8_t choice = script_byte(reader);

    return choice < 0xe0 ? transport_name(transport) : others[choice % G_N_ELEMENTS(others)];
}

void script_request(struct script_reader *reader, enum transport transport,
                    const struct endpoint *src, GString *text)
{
    static const char *const methods[] = {"INVITE", "ACK", "CANCEL", "BYE", "REGISTER", "OPTIONS"};
    static const char *const uris[] = {"sip:example.com",
                                       "sip:b@192.0.2.2:5060",
                                       "sips:b@example.net",
                                       "sip:a@203.0.113.9:40000;transport=tcp",
                                       "tel:+1",
                                       "sip:10.1.1.1"};
    static const char *const extras[] = {
        "",
        "Contact: <sip:a@192.0.2.1:40000;ob>;reg-id=1;+sip.instance=\"<urn:x>\";expires=60\r\n",
        "Contact: *\r\nExpires: 0\r\n",
        "Route: <sip:token@192.0.2.2;lr>\r\n",
        "Record-Route: <sip:198.51.100.5:5061;transport=tls;lr>\r\n",
        "Supported: outbound, path\r\nRequire: outbound\r\nPath: <sip:198.51.100.5;lr;ob>\r\n",
        "Contact: <sip:a@203.0.113.9:5062;transport=ws>\r\n",
        "Content-Length: 99999999999999999999\r\n",
        "Max-Forwards: 0\r\n",
    };
    const char *method = PICK(methods, reader);
    const char *uri = PICK(uris, reader);
    unsigned branch = script_byte(reader);
    unsigned dialog = script_byte(reader);

    g_string_append_printf(text, "%s %s SIP/2.0\r\n", method, uri);
    append_via(reader, via_transport(reader, transport), src, branch, text);
    g_string_append_printf(text,
                           "From: <sip:%c@example.com>;tag=f%u\r\nTo: <sip:b@example.net>%s\r\n"
                           "Call-ID: %u\r\nCSeq: %u %s\r\n",
                           'a' + (dialog & 3), dialog & 1, dialog & 0x40 ? ";tag=t" : "",
                           dialog & 7, (dialog >> 3 & 3) + 1, method);
    g_string_append(text, PICK(extras, reader));
    if ((branch & 0x40) == 0) {
        g_string_append(text, "Content-Length: 0\r\n\r\n");
    }
}

static bool line_is(struct slice line, const char *name)
{
    return slice_starts_with_nocase(line, name);
}

/* Takes the next line of *text with its end; false at the end. */
static bool line_take(struct slice *text, struct slice *line)
{
    size_t end = MIN(slice_find(*text, '\n') + 1, text->len);

    *line = slice_sub(*text, 0, end);
    *text = slice_sub(*text, end, text->len);
    return line->len > 0;
}

static void append_slice(GString *text, struct slice slice)
{
    g_string_append_len(text, slice.ptr, (gssize)slice.len);
}

/* The first Via line as a server returns it. */
static void append_filled(GString *text, struct slice line, unsigned how,
                          const struct endpoint *src)
{
    char ip[ENDPOINT_TEXT_SIZE];

    append_slice(text, slice_trim(line));
    if (how & 1) {
        g_string_append_printf(text, ";received=%s", ip_address_format(&src->ip, ip));
    }
    if (how & 2) {
        g_string_append_printf(text, ";rport=%u", src->port);
    }
    g_string_append(text, "\r\n");
}

void script_response(struct script_reader *reader, struct slice request, const struct endpoint *src,
                     GString *text)
{
    static const unsigned statuses[] = {100, 180, 200, 302, 401, 408, 486, 487, 503, 600};
    static const char *const copied[] = {"Via:", "v:", "From:", "To:", "Call-ID:", "CSeq:", "i:"};
    unsigned status = PICK(statuses, reader);
    unsigned how = script_byte(reader);
    unsigned vias = 0;
    struct slice line;

    g_string_append_printf(text, "SIP/2.0 %u Reason\r\n", status);
    while (line_take(&request, &line)) {
        bool via = line_is(line, "Via:") || line_is(line, "v:");

        for (size_t i = 0; i < G_N_ELEMENTS(copied); i++) {
            if (!line_is(line, copied[i])) {
                continue;
            }
            vias += via;
            if (via && vias == 1 && (how & 0x10)) {
                continue; /* forwarded on the way back: its own Via is gone */
            }
            if (via && vias == 1) {
                append_filled(text, line, how, src);
            } else if (line_is(line, "To:") && (how & 4)) {
                append_slice(text, slice_trim(line));
                g_string_append(text, how & 8 ? ";tag=t\r\n" : ";tag=u\r\n");
            } else {
                append_slice(text, line);
            }
        }
    }
    if (how & 0x20) {
        g_string_append(text, "Contact: <sip:b@192.0.2.2:9988>;expires=60\r\n");
    }
    g_string_append(text, how & 0x40 ? "Require: outbound\r\n\r\n" : "Content-Length: 0\r\n\r\n");
}

void script_forward(struct script_reader *reader, struct slice request, enum transport transport,
                    const struct endpoint *proxy, GString *text)
{
    struct slice line;
    unsigned how = script_byte(reader);
    bool vias = false;

    while (line_take(&request, &line)) {
        if (!vias && line_is(line, "Via:")) {
            vias = true;
            append_via(reader, transport_name(transport), proxy, how & 0x9f, text);
            append_filled(text, line, how >> 5, proxy);
        } else {
            append_slice(text, line);
        }
    }
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message.h"

#include <glib.h>
#include <string.h>

#define SIP_VERSION "SIP/2.0"
#define MAX_CONTENT_LENGTH ((uint64_t)1 << 32)

/* The headers struct message is made of; all others are skipped by name. */
enum header {
    HEADER_OTHER,
    HEADER_VIA,
    HEADER_CALL_ID,
    HEADER_CSEQ,
    HEADER_FROM,
    HEADER_TO,
    HEADER_MAX_FORWARDS,
    HEADER_CONTACT,
    HEADER_ROUTE,
    HEADER_RECORD_ROUTE,
    HEADER_PATH,
    HEADER_SUPPORTED,
    HEADER_REQUIRE,
    HEADER_USER_AGENT,
    HEADER_CONTENT_LENGTH,
    HEADER_EXPIRES,
};

/* Names and compact forms: RFC 3261 7.3.3 and 20, RFC 3327 for Path. */
#define HEADER_NAME(text, header)                                                                  \
    {                                                                                              \
        text, sizeof(text) - 1, header                                                             \
    }
struct header_name {
    const char *name;
    size_t length;
    enum header header;
};
/* By their first letter, "a" first, as they are mostly written: most headers are none of these. */
static const struct header_name header_names[26][4] = {
    ['c' - 'a'] = {HEADER_NAME("Call-ID", HEADER_CALL_ID), HEADER_NAME("CSeq", HEADER_CSEQ),
                   HEADER_NAME("Contact", HEADER_CONTACT),
                   HEADER_NAME("Content-Length", HEADER_CONTENT_LENGTH)},
    ['e' - 'a'] = {HEADER_NAME("Expires", HEADER_EXPIRES)},
    ['f' - 'a'] = {HEADER_NAME("From", HEADER_FROM), HEADER_NAME("f", HEADER_FROM)},
    ['i' - 'a'] = {HEADER_NAME("i", HEADER_CALL_ID)},
    ['k' - 'a'] = {HEADER_NAME("k", HEADER_SUPPORTED)},
    ['l' - 'a'] = {HEADER_NAME("l", HEADER_CONTENT_LENGTH)},
    ['m' - 'a'] = {HEADER_NAME("Max-Forwards", HEADER_MAX_FORWARDS),
                   HEADER_NAME("m", HEADER_CONTACT)},
    ['p' - 'a'] = {HEADER_NAME("Path", HEADER_PATH)},
    ['r' - 'a'] = {HEADER_NAME("Route", HEADER_ROUTE),
                   HEADER_NAME("Record-Route", HEADER_RECORD_ROUTE),
                   HEADER_NAME("Require", HEADER_REQUIRE)},
    ['s' - 'a'] = {HEADER_NAME("Supported", HEADER_SUPPORTED),
                   HEADER_NAME("Server", HEADER_USER_AGENT)},
    ['t' - 'a'] = {HEADER_NAME("To", HEADER_TO), HEADER_NAME("t", HEADER_TO)},
    ['u' - 'a'] = {HEADER_NAME("User-Agent", HEADER_USER_AGENT)},
    ['v' - 'a'] = {HEADER_NAME("Via", HEADER_VIA), HEADER_NAME("v", HEADER_VIA)},
};

/*
 * Reads lines from text. next_lf remembers where the next line feed stands, so that a message of
 * bare CRs is not searched for one again and again.
 */
struct line_reader {
    const char *pos;
    const char *end;
    const char *next_lf; /* NULL: not looked for yet; end: there is none */
};

struct start_line {
    bool is_request;
    struct slice method;
    struct slice uri;
    unsigned status;
};

/* bytes must not be absent. */
static struct line_reader line_reader_of(struct slice bytes)
{
    return (struct line_reader){bytes.ptr, bytes.ptr + bytes.len, NULL};
}

/*
 * Takes the next line, without its end, which is LF, CR or 1*CR LF. False if no line end follows:
 * *line is then all that is left.
 */
static bool line_next(struct line_reader *reader, struct slice *line)
{
    const char *pos = reader->pos, *end = reader->end;
    const char *stop;

    *line = (struct slice){pos, 0};
    if (pos == end)
        return false;
    if (!reader->next_lf || reader->next_lf < pos) {
        const char *lf = memchr(pos, '\n', (size_t)(end - pos));

        reader->next_lf = lf ? lf : end;
    }
    stop = memchr(pos, '\r', (size_t)(reader->next_lf - pos));
    if (!stop)
        stop = reader->next_lf;
    line->len = (size_t)(stop - pos);
    reader->pos = stop;
    if (stop == end)
        return false;
    while (stop < end && *stop == '\r')
        stop++;
    reader->pos = stop < end && *stop == '\n' ? stop + 1 : reader->pos + 1;
    return true;
}

/* "SIP/2.0" SP 3DIGIT [SP reason]; RFC 3261 7.2 wants the second SP even without a reason. */
static bool status_line_parse(struct slice line, struct start_line *start)
{
    struct slice rest = slice_sub(line, sizeof SIP_VERSION - 1, line.len);
    struct slice code = slice_trim(rest);
    uint64_t status;

    code = slice_sub(code, 0, slice_find_lws(code));
    if (slice_find_lws(rest) != 0 || code.len != 3 || !slice_to_uint(code, 699, &status) ||
        status < 100)
        return false;
    start->status = (unsigned)status;
    return true;
}

/*
 * Method SP Request-URI SP SIP/2.0 (RFC 3261 7.1). Extra blanks, also inside the Request-URI, are
 * let pass: such a request is wrong, but it is one and will be answered.
 */
static bool request_line_parse(struct slice line, struct start_line *start)
{
    size_t method_end = slice_find_lws(line);
    struct slice rest = slice_trim(slice_sub(line, method_end, line.len));
    struct slice before_version;

    if (!slice_ends_with_nocase(rest, SIP_VERSION))
        return false;
    before_version = slice_sub(rest, 0, rest.len - (sizeof SIP_VERSION - 1));
    start->is_request = true;
    start->method = slice_sub(line, 0, method_end);
    start->uri = slice_trim(before_version);
    return slice_is_token(start->method) && start->uri.len > 0 &&
           start->uri.len < before_version.len;
}

/*
 * Reads the start line, which begins at *begin behind any CRLFs (RFC 3261 7.5). One that the
 * capture cuts behind the last byte needed counts.
 */
static bool start_line_next(struct line_reader *reader, struct start_line *start,
                            const char **begin)
{
    struct slice line;

    while (reader->pos < reader->end && (*reader->pos == '\r' || *reader->pos == '\n'))
        reader->pos++;
    *begin = reader->pos;
    /* Spares looking for a line end in most of what is no SIP. */
    if (!slice_is_token((struct slice){reader->pos, reader->pos < reader->end}))
        return false;
    line_next(reader, &line);
    *start = (struct start_line){0};
    if (slice_starts_with_nocase(line, SIP_VERSION))
        return status_line_parse(line, start);
    return request_line_parse(line, start);
}

/*
 * Takes the next header line with its continuation lines (RFC 3261 7.3.1). False at the blank line
 * and where the line end is missing; blank tells which.
 */
static bool header_next(struct line_reader *reader, struct slice *header, bool *blank)
{
    const char *begin = reader->pos;
    struct slice line;

    *blank = false;
    do {
        if (!line_next(reader, &line))
            return false;
        if (line.len == 0) {
            *blank = true;
            return false;
        }
    } while (reader->pos < reader->end && (*reader->pos == ' ' || *reader->pos == '\t'));
    *header = (struct slice){begin, (size_t)(line.ptr + line.len - begin)};
    return true;
}

static enum header header_of(struct slice name)
{
    /* The bit that tells the cases of a letter apart. */
    unsigned letter = name.len > 0 ? ((unsigned char)name.ptr[0] | 0x20u) - 'a' : 26;

    for (size_t i = 0; letter < 26 && i < G_N_ELEMENTS(header_names[letter]); i++) {
        const struct header_name *known = &header_names[letter][i];

        if (known->length == name.len && slice_bytes_equal_nocase(known->name, name.ptr, name.len))
            return known->header;
    }
    return HEADER_OTHER;
}

static void read_vias(struct slice value, struct message *message)
{
    while (value.ptr) {
        if (message->via_malformed || message->via_parsed == MESSAGE_MAX_VIAS) {
            message->via_count += slice_split(&value, ',').len > 0;
            continue;
        }
        message->via_count++;
        if (via_parse(&value, &message->via[message->via_parsed]))
            message->via_parsed++;
        else
            message->via_malformed = true;
    }
}

static void read_addresses(struct slice value, unsigned *count, struct sip_address *first)
{
    while (value.ptr) {
        struct slice item = slice_split(&value, ',');

        if (item.len > 0 && (*count)++ == 0)
            sip_address_parse_single(item, first);
    }
}

static void read_tag(struct slice value, struct slice *tag)
{
    struct slice uri, params;
    bool found;

    if (sip_address_split(value, &uri, &params))
        *tag = sip_param_find(params, "tag", &found);
}

/* 1*DIGIT LWS Method */
static void read_cseq(struct slice value, struct message *message)
{
    size_t digits = slice_find_lws(value);
    struct slice method = slice_trim(slice_sub(value, digits, value.len));
    uint64_t number;

    if (!slice_to_uint(slice_sub(value, 0, digits), UINT32_MAX, &number) || !slice_is_token(method))
        return;
    message->has_cseq = true;
    message->cseq = (uint32_t)number;
    message->cseq_method = method;
}

static void read_content_length(struct slice value, struct message *message)
{
    uint64_t length = MAX_CONTENT_LENGTH;

    /* Digits that slice_to_uint() refuses are too many: then the clamp is the value. */
    if (value.len == 0)
        return;
    for (size_t i = 0; i < value.len; i++) {
        if (!g_ascii_isdigit(value.ptr[i]))
            return;
    }
    slice_to_uint(value, MAX_CONTENT_LENGTH, &length);
    message->has_content_length = true;
    message->content_length = length;
}

static void read_option_tags(struct slice value, bool *outbound, bool *path)
{
    while (value.ptr) {
        struct slice tag = slice_split(&value, ',');

        *outbound = *outbound || slice_is_nocase(tag, "outbound");
        *path = *path || slice_is_nocase(tag, "path");
    }
}

static void read_header(struct slice header, struct message *message)
{
    size_t colon = slice_find(header, ':');
    /* HCOLON = *( SP / HTAB ) ":" SWS */
    enum header kind = header_of(slice_trim(slice_sub(header, 0, colon)));
    struct slice value;
    uint64_t number;
    bool ignored = false;

    if (kind == HEADER_OTHER || colon == header.len)
        return;
    value = slice_trim(slice_sub(header, colon + 1, header.len));
    switch (kind) {
    case HEADER_VIA:
        read_vias(value, message);
        break;
    case HEADER_CALL_ID:
        if (message->call_id.len == 0 && value.len > 0)
            message->call_id = value;
        break;
    case HEADER_CSEQ:
        if (!message->has_cseq)
            read_cseq(value, message);
        break;
    case HEADER_FROM:
        if (!message->from.ptr) {
            message->from = value;
            read_tag(value, &message->from_tag);
        }
        break;
    case HEADER_TO:
        if (!message->to_tag.ptr)
            read_tag(value, &message->to_tag);
        break;
    case HEADER_EXPIRES:
        if (!message->has_expires && slice_to_uint(value, UINT32_MAX, &number)) {
            message->has_expires = true;
            message->expires = (uint32_t)number;
        }
        break;
    case HEADER_MAX_FORWARDS:
        if (!message->has_max_forwards && slice_to_uint(value, UINT32_MAX, &number)) {
            message->has_max_forwards = true;
            message->max_forwards = (unsigned)number;
        }
        break;
    case HEADER_CONTACT:
        read_addresses(value, &message->contact_count, &message->contact);
        break;
    case HEADER_ROUTE:
        read_addresses(value, &message->route_count, &message->route);
        break;
    case HEADER_RECORD_ROUTE:
        read_addresses(value, &message->record_route_count, &message->record_route);
        break;
    case HEADER_PATH:
        read_addresses(value, &message->path_count, &message->path);
        break;
    case HEADER_SUPPORTED:
        read_option_tags(value, &message->supported_outbound, &message->supported_path);
        break;
    case HEADER_REQUIRE:
        read_option_tags(value, &message->require_outbound, &ignored);
        break;
    case HEADER_USER_AGENT:
        if (message->user_agent.len == 0 && value.len > 0)
            message->user_agent = value;
        break;
    case HEADER_CONTENT_LENGTH:
        if (!message->has_content_length)
            read_content_length(value, message);
        break;
    case HEADER_OTHER:
        break;
    }
}

/* RFC 3261 18.3: Content-Length ends the body; on a stream it ends the message, too. */
static void read_body(struct slice all, bool in_stream, struct message *message)
{
    size_t begin = message->header_length;
    size_t captured = all.len - begin;
    size_t length = captured;

    if (message->has_content_length && message->content_length < captured)
        length = (size_t)message->content_length;
    message->text = all;
    if (!message->headers_complete)
        return;
    message->body = slice_sub(all, begin, begin + length);
    if (in_stream)
        message->text = slice_sub(all, 0, begin + length);
}

/* via[] is large and via_parsed says how much of it counts: it stays as it is. */
static void message_reset(struct message *message)
{
    size_t behind = offsetof(struct message, via) + sizeof message->via;

    memset(message, 0, offsetof(struct message, via));
    memset((char *)message + behind, 0, sizeof *message - behind);
}

bool message_parse(struct slice bytes, bool in_stream, struct message *message)
{
    struct line_reader reader;
    struct start_line start;
    struct slice header, all;
    const char *begin;

    if (bytes.len == 0)
        return false;
    reader = line_reader_of(bytes);
    if (!start_line_next(&reader, &start, &begin))
        return false;
    message_reset(message);
    message->is_request = start.is_request;
    message->method = start.method;
    message->request_uri_text = start.uri;
    if (start.is_request)
        sip_uri_parse(start.uri, &message->request_uri);
    message->status = start.status;

    while (header_next(&reader, &header, &message->headers_complete))
        read_header(header, message);

    if (!message->is_request)
        message->method = message->cseq_method;
    all = (struct slice){begin, (size_t)(reader.end - begin)};
    message->header_length = message->headers_complete ? (size_t)(reader.pos - begin) : all.len;
    read_body(all, in_stream, message);
    return true;
}

bool message_from_uri(const struct message *message, struct sip_uri *uri)
{
    struct sip_address address;
    bool found = sip_address_parse_single(message->from, &address);

    *uri = address.uri;
    return found;
}

bool message_begins(struct slice bytes)
{
    struct line_reader reader;
    struct start_line start;
    const char *begin;

    if (bytes.len == 0)
        return false;
    reader = line_reader_of(bytes);
    return start_line_next(&reader, &start, &begin);
}

bool message_has_method(const struct message *message, const char *method)
{
    return slice_is(message->method, method);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet_handshake.h"

/* RFC 8446 4.2, RFC 5077 3.2, RFC 6066 3 */
enum {
    EXTENSION_SERVER_NAME = 0,
    EXTENSION_SESSION_TICKET = 35,
    EXTENSION_PRE_SHARED_KEY = 41,
    EXTENSION_SUPPORTED_VERSIONS = 43,
    EXTENSION_POST_HANDSHAKE_AUTH = 49,
    SERVER_NAME_HOST = 0,
};

#define RANDOM_SIZE 32

/* ---- vectors (RFC 8446 3.4) ------------------------------------------------------------------ */

/* Takes size bytes off *from; false, and nothing taken, if it has less. */
static bool take_bytes(struct slice *from, size_t size, struct slice *bytes)
{
    if (from->len < size) {
        return false;
    }
    *bytes = slice_sub(*from, 0, size);
    *from = slice_sub(*from, size, from->len);
    return true;
}

static bool take_number(struct slice *from, size_t size, uint32_t *number)
{
    struct slice bytes;

    if (!take_bytes(from, size, &bytes)) {
        return false;
    }
    *number = 0;
    for (size_t i = 0; i < size; i++) {
        *number = *number << 8 | (uint8_t)bytes.ptr[i];
    }
    return true;
}

/* A vector with a length of length_size bytes in front. */
static bool take_vector(struct slice *from, size_t length_size, struct slice *vector)
{
    uint32_t length;

    return take_number(from, length_size, &length) && take_bytes(from, length, vector);
}

static bool take_extension(struct slice *extensions, uint32_t *type, struct slice *data)
{
    return take_number(extensions, 2, type) && take_vector(extensions, 2, data);
}

/* The extensions at the end of a message; of a cut one those that are there. */
static struct slice take_extensions(struct slice *body)
{
    uint32_t length;

    return take_number(body, 2, &length) ? slice_sub(*body, 0, length) : (struct slice){NULL, 0};
}

/* ---- hellos ---------------------------------------------------------------------------------- */

/* RFC 6066 3: there is one name at most, and it is a host name. */
static struct slice server_name_of(struct slice data)
{
    struct slice list, name;
    uint32_t type;

    if (take_vector(&data, 2, &list) && take_number(&list, 1, &type) && type == SERVER_NAME_HOST &&
        take_vector(&list, 2, &name)) {
        return name;
    }
    return (struct slice){NULL, 0};
}

/* RFC 8446 4.2.11: the first session that the client offers to resume. */
static struct slice session_identity_of(struct slice data)
{
    struct slice identities, identity;

    if (take_vector(&data, 2, &identities) && take_vector(&identities, 2, &identity)) {
        return identity;
    }
    return (struct slice){NULL, 0};
}

void client_hello_read(struct slice body, struct packet_tls *tls)
{
    struct slice skipped, data;
    uint32_t type;

    if (!take_bytes(&body, 2 + RANDOM_SIZE, &skipped) || !take_vector(&body, 1, &tls->session_id) ||
        !take_vector(&body, 2, &skipped) || /* cipher suites */
        !take_vector(&body, 1, &skipped)) { /* compression methods */
        return;
    }

    struct slice extensions = take_extensions(&body);
    while (take_extension(&extensions, &type, &data)) {
        switch (type) {
        case EXTENSION_SERVER_NAME:
            tls->server_name = server_name_of(data);
            break;
        case EXTENSION_SESSION_TICKET:
            tls->ticket = data; /* empty: the client asks for one */
            break;
        case EXTENSION_PRE_SHARED_KEY:
            tls->ticket = session_identity_of(data);
            break;
        case EXTENSION_POST_HANDSHAKE_AUTH:
            tls->post_handshake_auth = true;
            break;
        default:
            break;
        }
    }
}

bool server_hello_read(struct slice body, struct packet_tls *tls)
{
    /* RFC 8446 4.1.3: the hash of "HelloRetryRequest" */
    static const char retry[] = "\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8\x91"
                                "\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c";
    struct slice random, skipped, data;
    uint32_t version, type;

    if (!take_number(&body, 2, &version) || !take_bytes(&body, RANDOM_SIZE, &random) ||
        slice_equal(random, (struct slice){retry, RANDOM_SIZE}) ||
        !take_vector(&body, 1, &tls->session_id) ||
        !take_bytes(&body, 3, &skipped)) { /* cipher suite, compression method */
        return false;
    }

    struct slice extensions = take_extensions(&body);
    while (take_extension(&extensions, &type, &data)) {
        if (type == EXTENSION_SUPPORTED_VERSIONS) {
            take_number(&data, 2, &version); /* RFC 8446 4.2.1: this one counts */
        } else if (type == EXTENSION_PRE_SHARED_KEY) {
            tls->psk_selected = true;
        }
    }
    tls->version = (uint16_t)version;
    return true;
}

/* ---- sessions and certificates --------------------------------------------------------------- */

void new_session_ticket_read(struct slice body, uint16_t version, struct packet_tls *tls)
{
    struct slice skipped;
    uint32_t lifetime, age_add;

    if (!take_number(&body, 4, &lifetime)) {
        return;
    }
    if (version >= TLS_VERSION_1_3 &&
        (!take_number(&body, 4, &age_add) || !take_vector(&body, 1, &skipped))) { /* nonce */
        return;
    }
    take_vector(&body, 2, &tls->ticket);
}

void certificate_list_read(struct slice body, uint16_t version, struct packet_tls *tls,
                           struct slice *first)
{
    bool has_extensions = version >= TLS_VERSION_1_3; /* of each entry, RFC 8446 4.4.2 */
    struct slice skipped, der;
    uint32_t length;

    *first = (struct slice){NULL, 0};
    tls->certificate_count = 1; /* of a cut message nobody can say that its list is empty */
    if (has_extensions && !take_vector(&body, 1, &skipped)) { /* the context of the request */
        return;
    }
    if (!take_number(&body, 3, &length)) {
        return;
    }
    tls->certificate_count = 0;

    struct slice list = slice_sub(body, 0, length);
    while (take_vector(&list, 3, &der)) {
        if (tls->certificate_count++ == 0) {
            *first = der;
        }
        if (has_extensions && !take_vector(&list, 2, &skipped)) {
            return;
        }
    }
    if (length > 0 && tls->certificate_count == 0) {
        tls->certificate_count = 1; /* cut within the first one: the list is not empty */
    }
}

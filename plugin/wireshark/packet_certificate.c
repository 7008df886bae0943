/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet_certificate.h"

#include <string.h>

/*
 * Why not Wireshark's x509 fields: a chain gives several certificates in one frame, and one field
 * (x509ce.dNSName, x509ce.uniformResourceIdentifier) stands for the names of subject, issuer and
 * revocation lists alike; in an invisible tree nothing tells them apart. The few elements on the way
 * to the names are the same in every certificate.
 */

/* Tags of X.690 8.1.2: class, constructed bit, number. */
enum {
    DER_OBJECT_ID = 0x06,
    DER_OCTETS = 0x04,
    DER_UTF8_STRING = 0x0c,
    DER_PRINTABLE_STRING = 0x13,
    DER_TELETEX_STRING = 0x14,
    DER_IA5_STRING = 0x16,
    DER_SEQUENCE = 0x30,
    DER_SET = 0x31,
    TBS_VERSION = 0xa0, /* RFC 5280 4.1: [0] and [3] of tbsCertificate */
    TBS_EXTENSIONS = 0xa3,
    NAME_DNS = 0x82, /* RFC 5280 4.2.1.6: [2] and [6] of GeneralName */
    NAME_URI = 0x86,
};

#define OBJECT_ID(text)                                                                            \
    {                                                                                              \
        text, sizeof text - 1                                                                      \
    }

/* An element of DER: its tag and its content. */
struct element {
    uint8_t tag;
    struct slice content;
};

/* Takes the next element off *from. False at the end, and on anything DER does not allow there. */
static bool element_next(struct slice *from, struct element *element)
{
    const uint8_t *bytes = (const uint8_t *)from->ptr;
    size_t header = 2;
    size_t length;

    if (from->len < header) {
        return false;
    }
    length = bytes[1];
    if (length >= 0x80) { /* X.690 8.1.3.5: the number of bytes that hold the length */
        size_t count = length & 0x7f;

        if (count == 0 || count > 3 || from->len < header + count) {
            return false;
        }
        length = 0;
        for (size_t i = 0; i < count; i++) {
            length = length << 8 | bytes[header + i];
        }
        header += count;
    }
    if (length > from->len - header) {
        return false;
    }
    *element = (struct element){bytes[0], slice_sub(*from, header, header + length)};
    *from = slice_sub(*from, header + length, from->len);
    return true;
}

/* The next element, which must have this tag: its content. */
static bool element_expect(struct slice *from, uint8_t tag, struct slice *content)
{
    struct element element;

    if (!element_next(from, &element) || element.tag != tag) {
        return false;
    }
    *content = element.content;
    return true;
}

/* No host name has a NUL: with one, text cut there could pass for another name. */
static bool is_name(struct slice text)
{
    return text.len > 0 && memchr(text.ptr, '\0', text.len) == NULL;
}

/* ---- subject --------------------------------------------------------------------------------- */

/*
 * Takes the value of an AttributeTypeAndValue (RFC 5280 4.1.2.4) if it is a common name. False if it
 * is one in a character set that is not read here.
 */
static bool attribute_read(struct slice attribute, struct slice *common_name)
{
    static const struct slice id_at_common_name = OBJECT_ID("\x55\x04\x03");
    struct slice type;
    struct element value;

    if (!element_expect(&attribute, DER_OBJECT_ID, &type) ||
        !slice_equal(type, id_at_common_name) || !element_next(&attribute, &value)) {
        return true;
    }
    switch (value.tag) {
    case DER_UTF8_STRING:
    case DER_PRINTABLE_STRING:
    case DER_TELETEX_STRING:
    case DER_IA5_STRING:
        if (is_name(value.content)) {
            *common_name = value.content; /* the last one is the most specific */
        }
        return true;
    default:
        return false;
    }
}

static bool subject_read(struct slice subject, struct slice *common_name)
{
    struct slice attributes, attribute;

    while (element_expect(&subject, DER_SET, &attributes)) {
        while (element_expect(&attributes, DER_SEQUENCE, &attribute)) {
            if (!attribute_read(attribute, common_name)) {
                return false;
            }
        }
    }
    return true;
}

/* ---- extensions ------------------------------------------------------------------------------ */

static bool alternative_names_read(struct slice extension, struct certificate_names *certificate)
{
    struct slice names;
    struct element name;

    if (!element_expect(&extension, DER_SEQUENCE, &names)) {
        return false;
    }
    certificate->names.has_alternative_name = true;
    while (element_next(&names, &name)) {
        if (name.tag == NAME_URI && is_name(name.content)) {
            g_array_append_val(certificate->uris, name.content);
        } else if (name.tag == NAME_DNS && is_name(name.content)) {
            g_array_append_val(certificate->dns_names, name.content);
        }
    }
    return true;
}

static bool extensions_read(struct slice extensions, struct certificate_names *certificate)
{
    static const struct slice id_ce_subject_alternative_name = OBJECT_ID("\x55\x1d\x11");
    struct slice extension, id;
    struct element value;

    while (element_expect(&extensions, DER_SEQUENCE, &extension)) {
        if (!element_expect(&extension, DER_OBJECT_ID, &id) ||
            !slice_equal(id, id_ce_subject_alternative_name)) {
            continue;
        }
        do { /* between identifier and value there may stand critical, a Boolean */
            if (!element_next(&extension, &value)) {
                return false;
            }
        } while (value.tag != DER_OCTETS);
        if (!alternative_names_read(value.content, certificate)) {
            return false;
        }
    }
    return true;
}

/* ---- certificate ----------------------------------------------------------------------------- */

/* RFC 5280 4.1: version, serial number, signature, issuer, validity, subject, key, extensions. */
static bool to_be_signed_read(struct slice to_be_signed, struct certificate_names *certificate)
{
    struct element element;
    struct slice subject, extensions;
    bool is_readable;

    if (!element_next(&to_be_signed, &element)) {
        return false;
    }
    if (element.tag == TBS_VERSION && !element_next(&to_be_signed, &element)) {
        return false;
    }
    for (unsigned i = 0; i < 3; i++) { /* signature, issuer, validity */
        if (!element_expect(&to_be_signed, DER_SEQUENCE, &element.content)) {
            return false;
        }
    }
    if (!element_expect(&to_be_signed, DER_SEQUENCE, &subject)) {
        return false;
    }
    is_readable = subject_read(subject, &certificate->names.common_name);
    while (element_next(&to_be_signed, &element)) {
        if (element.tag == TBS_EXTENSIONS &&
            (!element_expect(&element.content, DER_SEQUENCE, &extensions) ||
             !extensions_read(extensions, certificate))) {
            return false;
        }
    }
    /* RFC 5922 7.1: the common name counts only if there is no subjectAltName. */
    return is_readable || certificate->names.has_alternative_name;
}

bool certificate_names_read(struct slice der, struct certificate_names *certificate)
{
    struct slice signed_certificate, to_be_signed;

    *certificate = (struct certificate_names){
        .uris = g_array_new(false, false, sizeof(struct slice)),
        .dns_names = g_array_new(false, false, sizeof(struct slice)),
    };
    if (!element_expect(&der, DER_SEQUENCE, &signed_certificate) ||
        !element_expect(&signed_certificate, DER_SEQUENCE, &to_be_signed) ||
        !to_be_signed_read(to_be_signed, certificate)) {
        return false;
    }
    certificate->names.uris = (const struct slice *)(void *)certificate->uris->data;
    certificate->names.uri_count = certificate->uris->len;
    certificate->names.dns_names = (const struct slice *)(void *)certificate->dns_names->data;
    certificate->names.dns_name_count = certificate->dns_names->len;
    return true;
}

void certificate_names_clear(struct certificate_names *certificate)
{
    g_array_free(certificate->uris, true);
    g_array_free(certificate->dns_names, true);
}

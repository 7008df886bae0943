/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_PACKET_CERTIFICATE_H
#define SIPCONN_PACKET_CERTIFICATE_H

#include <glib.h>

#include "analysis.h"

/* The names that an X.509 certificate gives its owner. Slices point into its bytes. */
struct certificate_names {
    struct tls_certificate names;
    GArray *uris, *dns_names; /* struct slice; what names points to */
};

/*
 * Reads the subjectAltName and the subject's common name of a certificate in DER (RFC 5280 4.1,
 * 4.2.1.6). False if it is no certificate or cut before the end of its extensions: then nothing is
 * known of its names. *certificate is to be cleared in either case.
 */
bool certificate_names_read(struct slice der, struct certificate_names *certificate);
void certificate_names_clear(struct certificate_names *certificate);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration.h"

/* Contacts of one flow that are kept; a gateway that registers more is known by the last ones. */
#define REGISTRATIONS_MAX 64

void registration_list_clear(struct registration_list *list)
{
    if (list->items != NULL) {
        g_array_free(list->items, TRUE);
        list->items = NULL;
    }
}

static struct slice registration_keep(GStringChunk *chunk, struct slice text)
{
    if (text.ptr == NULL) {
        return text;
    }
    return (struct slice){g_string_chunk_insert_len(chunk, text.ptr, (gssize)text.len), text.len};
}

static bool registration_is(const struct registration *known, const struct registration *other)
{
    if (other->is_star) {
        return slice_equal(known->aor, other->aor);
    }
    if (known->instance.len > 0 || other->instance.len > 0) {
        return slice_equal(known->instance, other->instance) && slice_equal(known->aor, other->aor);
    }
    return slice_equal(known->contact, other->contact) && slice_equal(known->aor, other->aor);
}

void registration_list_enter(struct registration_list *list, GStringChunk *chunk,
                             const struct registration *registration)
{
    bool removal = registration->expires == 0;
    bool found = false;
    struct registration kept;

    list->ended = removal;
    if (list->items == NULL) {
        list->items = g_array_new(FALSE, FALSE, sizeof *registration);
    }
    for (unsigned i = list->items->len; i-- > 0;) {
        struct registration *known = &g_array_index(list->items, struct registration, i);

        if (!registration_is(known, registration)) {
            continue;
        }
        found = true;
        if (removal) {
            g_array_remove_index_fast(list->items, i);
            continue;
        }
        known->expires = registration->expires;
        known->frame = registration->frame;
        known->outbound = registration->outbound;
        if (!slice_equal(known->contact, registration->contact)) {
            known->contact = registration_keep(chunk, registration->contact);
        }
    }
    if (removal || found) {
        return;
    }
    if (list->items->len == REGISTRATIONS_MAX) {
        g_array_remove_index(list->items, 0);
    }
    kept = *registration;
    kept.aor = registration_keep(chunk, registration->aor);
    kept.contact = registration_keep(chunk, registration->contact);
    kept.instance = registration_keep(chunk, registration->instance);
    g_array_append_val(list->items, kept);
}

/* user@host[:port] of a URI text: scheme and parameters do not tell two contacts apart. */
static struct slice uri_address(struct slice uri)
{
    struct slice address = uri;
    size_t colon = slice_find(address, ':');

    if (colon < address.len) {
        address = slice_sub(address, colon + 1, address.len);
    }
    return slice_sub(address, 0, slice_find(address, ';'));
}

const struct registration *registration_list_find(const struct registration_list *list,
                                                  struct slice request_uri, int64_t time,
                                                  bool *exact)
{
    const struct registration *any = NULL;

    *exact = false;

    for (unsigned i = 0; list->items != NULL && i < list->items->len; i++) {
        const struct registration *known = &g_array_index(list->items, struct registration, i);
        struct slice address = uri_address(request_uri);

        if (known->expires < time) {
            continue;
        }
        if (slice_equal_nocase(uri_address(known->contact), address) ||
            slice_equal_nocase(known->aor, address)) {
            *exact = true;
            return known;
        }
        any = any == NULL || known->outbound ? known : any;
    }
    return any;
}

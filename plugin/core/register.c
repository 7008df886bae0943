/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Follows REGISTER and its 2xx: which registrations a connection holds (RFC 5626; catalogue A.10). */
#include "context.h"

#define SECOND INT64_C(1000000000)
#define DEFAULT_EXPIRES 3600
/* Dialogs with ;ob that are remembered for a connection. */
#define OB_DIALOGS_MAX 64

static bool contact_expires(const struct message *message, uint64_t *seconds)
{
    bool found;
    struct slice value = sip_param_find(message->contact.params, "expires", &found);

    if (message->contact_count > 0 && found && slice_to_uint(value, UINT32_MAX, seconds)) {
        return true;
    }
    *seconds = message->expires;
    return message->has_expires;
}

/* What a REGISTER asks for; it counts once it is accepted. */
static struct registration *registration_asked(struct analysis *a, const struct sending *sending)
{
    const struct message *message = sending->message;
    struct sip_uri aor;
    bool found;
    uint64_t seconds;
    struct registration *asked = arena_alloc(a->arena, sizeof *asked);

    message_from_uri(message, &aor);
    asked->aor = slice_of(text_interned(
        a, slice_of(text_printf(a, "%.*s@%.*s", SLICE_ARG(aor.user), SLICE_ARG(aor.host)))));
    asked->contact = slice_of(text_interned(a, message->contact.uri.text));
    asked->instance = sip_param_find(message->contact.params, "+sip.instance", &found);
    if (found) {
        asked->instance = slice_of(text_interned(a, asked->instance));
    }
    if (!contact_expires(message, &seconds) || (message->contact_count > 1 && seconds == 0)) {
        seconds = DEFAULT_EXPIRES; /* another Contact of it stays */
    }
    asked->is_star = message->contact.is_star;
    asked->expires = asked->is_star ? 0 : (int64_t)seconds * SECOND;
    return asked;
}

void register_request(const struct sending *sending)
{
    struct connection *connection = sending->hop->connection;
    const struct message *message = sending->message;
    bool ob;
    uint64_t call;

    if (connection == NULL || sending->hop->client_side != connection->opener ||
        !sending->match.new_hop || message->contact_count == 0) {
        return;
    }
    if (message_has_method(message, "REGISTER")) {
        sending->hop->registering = registration_asked(sending->analysis, sending);
        return;
    }
    sip_param_find(message->contact.uri.params, "ob", &ob);
    if (!ob) {
        return;
    }
    if (connection->ob_dialogs == NULL) {
        connection->ob_dialogs = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    }
    call = slice_hash(message->call_id, 0);
    for (unsigned i = 0; i < connection->ob_dialogs->len; i++) {
        if (g_array_index(connection->ob_dialogs, uint64_t, i) == call) {
            return;
        }
    }
    if (connection->ob_dialogs->len == OB_DIALOGS_MAX) {
        g_array_remove_index(connection->ob_dialogs, 0);
    }
    g_array_append_val(connection->ob_dialogs, call);
}

void register_response(struct exchange *x)
{
    struct registration *asked = x->hop->registering;
    uint64_t seconds;

    if (asked == NULL || x->message == NULL || x->response->status < 200 ||
        x->response->status >= 300) {
        return;
    }
    x->hop->registering = NULL;
    asked->outbound = x->message->require_outbound;
    asked->frame = x->response->frame;
    if (asked->expires != 0) {
        /* The 2xx lists all bindings of the AOR (RFC 3261 10.3): the first one may be another's. */
        bool own = x->message->contact_count == 1 ||
                   slice_equal(x->message->contact.uri.text, asked->contact);

        if (!own || !contact_expires(x->message, &seconds) || seconds == 0) {
            seconds = (uint64_t)(asked->expires / SECOND);
        }
        asked->expires = x->response->time + (int64_t)seconds * SECOND;
    }
    registration_list_enter(&x->hop->connection->registrations, x->analysis->strings, asked);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "redact.h"

#include <string.h>

#include "redact_text.h"

struct redaction {
    struct pseudonyms *pseudonyms;
};

/* Turns one text into another, g_free()able one. */
typedef char *redactor(struct pseudonyms *pseudonyms, const char *text);

struct redaction *redaction_new(void)
{
    struct redaction *redaction = g_new(struct redaction, 1);

    redaction->pseudonyms = pseudonyms_new();
    return redaction;
}

void redaction_free(struct redaction *redaction)
{
    if (redaction != NULL) {
        pseudonyms_free(redaction->pseudonyms);
        g_free(redaction);
    }
}

/* Replaces a string that belongs to the result; NULL stays. */
static void replace(struct redaction *redaction, struct result *result, const char **string,
                    redactor *redact)
{
    char *text;

    if (*string == NULL) {
        return;
    }
    text = redact(redaction->pseudonyms, *string);
    *string = g_string_chunk_insert_const(result->strings, text);
    g_free(text);
}

static void replace_all(struct redaction *redaction, struct result *result, GPtrArray *strings,
                        redactor *redact)
{
    for (unsigned i = 0; strings != NULL && i < strings->len; i++) {
        replace(redaction, result, (const char **)&strings->pdata[i], redact);
    }
}

static void redact_messages(struct redaction *redaction, struct result *result)
{
    for (unsigned i = 0; i < result->messages->len; i++) {
        struct message_item *message = g_ptr_array_index(result->messages, i);

        replace(redaction, result, &message->src, redact_value);
        replace(redaction, result, &message->dst, redact_value);
        replace(redaction, result, &message->method, redact_method);
        /* "tcp stream 4" or an address */
        replace_all(redaction, result, message->expected, redact_text);
    }
}

static void redact_connections(struct redaction *redaction, struct result *result)
{
    for (unsigned i = 0; i < result->connections->len; i++) {
        struct connection_item *connection = g_ptr_array_index(result->connections, i);

        replace(redaction, result, &connection->initiator, redact_value);
        replace(redaction, result, &connection->acceptor, redact_value);
        replace(redaction, result, &connection->closed_by, redact_value);
        replace_all(redaction, result, connection->client_identities, redact_host);
        replace_all(redaction, result, connection->server_identities, redact_host);
    }
    for (unsigned i = 0; i < result->aliases->len; i++) {
        struct alias_item *alias = g_ptr_array_index(result->aliases, i);

        replace(redaction, result, &alias->ip, redact_value);
        replace_all(redaction, result, alias->identities, redact_host);
    }
    for (unsigned i = 0; i < result->events->len; i++) {
        struct event_item *event = g_ptr_array_index(result->events, i);

        replace(redaction, result, &event->by, redact_value);
    }
}

/* All values are learnt first: one that is marked in the last sentence is known in the first. */
static void redact_sentences(struct redaction *redaction, struct result *result)
{
    for (unsigned i = 0; i < result->notes->len; i++) {
        redact_text_learn(redaction->pseudonyms, g_ptr_array_index(result->notes, i));
    }
    for (unsigned i = 0; i < result->findings->len; i++) {
        struct finding_item *finding = g_ptr_array_index(result->findings, i);

        redact_text_learn(redaction->pseudonyms, finding->text);
    }
    replace_all(redaction, result, result->notes, redact_text);
    for (unsigned i = 0; i < result->findings->len; i++) {
        struct finding_item *finding = g_ptr_array_index(result->findings, i);

        replace(redaction, result, &finding->text, redact_text);
        replace(redaction, result, &finding->hidden_by, redact_reason);
    }
}

static void replace_in(char **text, const char *original, const char *pseudonym)
{
    gsize length = strlen(original);
    GString *into = g_string_new(NULL);
    const char *from = *text;
    const char *found;

    /* A short name is in many words: only where it stands alone. */
    for (const char *at = from; length > 0 && (found = strstr(at, original)) != NULL;
         at = found + 1) {
        if (found >= from && (found == *text || !g_ascii_isalnum(found[-1])) &&
            !g_ascii_isalnum(found[length])) {
            g_string_append_len(into, from, found - from);
            g_string_append(into, pseudonym);
            from = found + length;
        }
    }
    g_string_append(into, from);
    g_free(*text);
    *text = g_string_free(into, FALSE);
}

/* Messages of the command and of tshark name the file, with or without its folder. */
static void redact_complaint(struct redaction *redaction, const struct result *result,
                             const char *pseudonym, char **complaint)
{
    char *base;
    char *redacted;

    if (*complaint == NULL) {
        return;
    }
    base = g_path_get_basename(result->name);
    replace_in(complaint, result->name, pseudonym);
    replace_in(complaint, base, pseudonym);
    redacted = redact_text(redaction->pseudonyms, *complaint);
    g_free(*complaint);
    *complaint = redacted;
    g_free(base);
}

void redact_result(struct redaction *redaction, struct result *result)
{
    char *name = redact_capture(redaction->pseudonyms, result->name);

    redact_messages(redaction, result);
    redact_connections(redaction, result);
    redact_sentences(redaction, result);
    redact_complaint(redaction, result, name, &result->error);
    redact_complaint(redaction, result, name, &result->warning);
    g_free(result->name);
    result->name = name;
}

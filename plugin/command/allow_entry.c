/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "allow_entry.h"

#include <stdlib.h>
#include <string.h>

#include "endpoint_text.h"
#include "finding_identity.h"

/* pattern against "192.0.2.1:5060" and against the address alone; a NULL pattern matches all. */
static bool address_matches(const char *pattern, const char *endpoint)
{
    if (!pattern) {
        return true;
    }
    if (!endpoint) {
        return false;
    }

    g_autofree char *address = endpoint_text_address(endpoint);
    return g_pattern_match_simple(pattern, endpoint) || g_pattern_match_simple(pattern, address);
}

/* The two ends a finding is about, as far as they are known. */
struct finding_ends {
    const char *src, *dst;
};

static int message_compare(const void *key, const void *element)
{
    uint32_t frame = *(const uint32_t *)key;
    const struct message_item *message = *(struct message_item *const *)element;

    return frame < message->frame ? -1 : frame > message->frame;
}

/* The message a finding stands at; any one of its frame if it is about the frame as such. */
static const struct message_item *finding_message(const struct result *result,
                                                  const struct finding_item *finding)
{
    const GPtrArray *messages = result->messages;
    struct message_item **found = NULL;

    if (messages->len > 0) {
        found = bsearch(&finding->frame, messages->pdata, messages->len, sizeof(void *),
                        message_compare);
    }
    if (!found) {
        return NULL;
    }

    size_t at = (size_t)((void **)found - messages->pdata);
    const struct message_item *any = *found;
    while (at > 0 &&
           ((struct message_item *)g_ptr_array_index(messages, at - 1))->frame == finding->frame) {
        at--;
    }
    for (; at < messages->len; at++) {
        const struct message_item *message = g_ptr_array_index(messages, at);
        if (message->frame != finding->frame) {
            break;
        }
        if ((int64_t)message->index == finding->message) {
            return message;
        }
    }
    return any;
}

static struct finding_ends finding_ends(const struct result *result,
                                        const struct finding_item *finding)
{
    const struct message_item *message = finding_message(result, finding);
    const struct connection_item *connection =
        finding->connection ? result_connection(result, finding->connection) : NULL;

    if (message) {
        return (struct finding_ends){message->src, message->dst};
    }
    if (connection) {
        return (struct finding_ends){connection->initiator, connection->acceptor};
    }
    return (struct finding_ends){NULL, NULL};
}

static bool capture_matches(const char *pattern, const char *name)
{
    if (!pattern) {
        return true;
    }

    g_autofree char *base = g_path_get_basename(name);
    return g_pattern_match_simple(pattern, name) || g_pattern_match_simple(pattern, base);
}

static bool text_matches(const char *part, const char *text)
{
    g_autofree char *plain = finding_plain_text(text);

    return !part || strstr(plain, part);
}

bool allow_entry_matches(const struct allow_entry *entry, const struct result *result,
                         const struct finding_item *finding)
{
    if (strcmp(rule_get(entry->rule)->id, finding->rule) != 0 ||
        !capture_matches(entry->capture, result->name)) {
        return false;
    }

    struct finding_ends ends = finding_ends(result, finding);
    return address_matches(entry->src, ends.src) && address_matches(entry->dst, ends.dst) &&
           (address_matches(entry->peer, ends.src) || address_matches(entry->peer, ends.dst)) &&
           text_matches(entry->text, finding->text);
}

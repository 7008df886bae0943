/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report_text_peers.h"

#include "endpoint_text.h"

struct peer_index {
    const struct result *result;
    GHashTable *requests; /* transaction -> its first request, struct message_item * */
};

struct peer_index *peer_index_new(const struct result *result)
{
    struct peer_index *index = g_new(struct peer_index, 1);

    index->result = result;
    index->requests = g_hash_table_new(NULL, NULL);
    for (unsigned i = 0; i < result->messages->len; i++) {
        struct message_item *message = g_ptr_array_index(result->messages, i);
        gpointer key = GUINT_TO_POINTER(message->transaction);

        if (message->is_request && message->transaction > 0 &&
            !g_hash_table_contains(index->requests, key)) {
            g_hash_table_insert(index->requests, key, message);
        }
    }
    return index;
}

void peer_index_free(struct peer_index *index)
{
    g_hash_table_destroy(index->requests);
    g_free(index);
}

static char *peers_text(const char *client, const char *server)
{
    char *address;
    char *text;

    if (client == NULL || server == NULL) {
        return g_strdup("");
    }
    address = endpoint_text_address(client);
    text = g_strdup_printf("%s > %s", address, server);
    g_free(address);
    return text;
}

char *peers_of_connection(const struct connection_item *connection)
{
    return peers_text(connection->initiator, connection->acceptor);
}

static bool is_before(const struct message_item *message, uint32_t frame, uint32_t number)
{
    return message->frame != frame ? message->frame < frame : message->index < number;
}

/* The message with that number in a frame, or the first one behind it; NULL if there is none. */
static const struct message_item *message_from(const struct result *result, uint32_t frame,
                                               uint32_t number)
{
    unsigned low = 0;
    unsigned high = result->messages->len;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;

        if (is_before(g_ptr_array_index(result->messages, middle), frame, number)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < result->messages->len ? g_ptr_array_index(result->messages, low) : NULL;
}

/* The message a finding is about, NULL if it is about the frame as such. */
static const struct message_item *finding_message(const struct result *result,
                                                  const struct finding_item *finding)
{
    const struct message_item *message;

    if (finding->message < 0) {
        return NULL;
    }
    message = message_from(result, finding->frame, (uint32_t)finding->message);
    return message != NULL && message->frame == finding->frame &&
                   message->index == (uint32_t)finding->message
               ? message
               : NULL;
}

/*
 * What a finding about neither message nor connection rests on: of an address that takes no
 * connection, the message that advertised it. NULL if no frame it names has a message.
 */
static const struct message_item *related_message(const struct result *result,
                                                  const struct finding_item *finding)
{
    for (unsigned i = 0; i < finding->related->len; i++) {
        uint32_t frame = g_array_index(finding->related, uint32_t, i);
        const struct message_item *message = message_from(result, frame, 0);

        if (message != NULL && message->frame == frame) {
            return message;
        }
    }
    return NULL;
}

char *peer_index_of_finding(const struct peer_index *index, const struct finding_item *finding)
{
    const struct message_item *message = finding_message(index->result, finding);
    uint32_t transaction = finding->transaction;
    uint32_t connection_id = finding->connection;
    const struct message_item *request;
    const struct connection_item *connection;

    if (message == NULL && transaction == 0 && connection_id == 0) {
        message = related_message(index->result, finding);
        transaction = message != NULL ? message->transaction : 0;
    }
    /* A misrouted response goes anywhere: the request tells who talks to whom. */
    request = message != NULL && message->is_request
                  ? message
                  : g_hash_table_lookup(index->requests, GUINT_TO_POINTER(transaction));
    if (request != NULL) {
        connection_id = request->connection;
    }
    connection = connection_id > 0 ? result_connection(index->result, connection_id) : NULL;
    /* A request back on a connection goes to a port that means nothing: its opener is named first. */
    if (connection != NULL && connection->initiator != NULL) {
        return peers_of_connection(connection);
    }
    if (request != NULL) {
        return peers_text(request->src, request->dst);
    }
    if (message != NULL) {
        return peers_text(message->dst, message->src); /* a response: the client is where it goes */
    }
    return g_strdup("");
}

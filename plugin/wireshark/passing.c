/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "passing.h"

#define WORD_BITS 64u

struct passing {
    bool all;
    GArray *frames, *connections; /* sets of numbers, as bits of uint64_t */
};

static void number_add(GArray *numbers, uint32_t number)
{
    unsigned word = number / WORD_BITS;

    if (word >= numbers->len) {
        g_array_set_size(numbers, word + 1); /* with zeros */
    }
    g_array_index(numbers, uint64_t, word) |= UINT64_C(1) << number % WORD_BITS;
}

static bool number_is_in(const GArray *numbers, uint32_t number)
{
    unsigned word = number / WORD_BITS;

    return word < numbers->len && g_array_index(numbers, uint64_t, word) >> number % WORD_BITS & 1;
}

struct passing *passing_new(void)
{
    struct passing *passing = g_new0(struct passing, 1);

    passing->frames = g_array_new(false, true, sizeof(uint64_t));
    passing->connections = g_array_new(false, true, sizeof(uint64_t));
    return passing;
}

void passing_free(struct passing *passing)
{
    g_array_free(passing->frames, true);
    g_array_free(passing->connections, true);
    g_free(passing);
}

void passing_clear(struct passing *passing)
{
    g_array_set_size(passing->frames, 0);
    g_array_set_size(passing->connections, 0);
}

void passing_set_all(struct passing *passing)
{
    passing->all = true;
}

static void connection_add(struct passing *passing, const struct connection_record *connection)
{
    if (connection) {
        number_add(passing->connections, connection->id);
    }
}

void passing_add(struct passing *passing, const struct frame_record *frame)
{
    if (passing->all) {
        return;
    }
    number_add(passing->frames, frame->frame);
    for (unsigned i = 0; i < frame->message_count; i++) {
        connection_add(passing, frame->messages[i]->connection);
    }
    connection_add(passing, frame->connection_event);
}

bool passing_frame(const struct passing *passing, uint32_t frame)
{
    return passing->all || number_is_in(passing->frames, frame);
}

bool passing_connection(const struct passing *passing, uint32_t id)
{
    return passing->all || number_is_in(passing->connections, id);
}

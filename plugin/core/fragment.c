/* SPDX-License-Identifier: GPL-2.0-or-later */
/* C10, udp-fragmented with a fragment missing: first fragments whose datagram never got complete. */
#include "context.h"

#define SECOND INT64_C(1000000000)

/* Receivers give up reassembly after 30 to 60 s (RFC 1122 3.3.2, RFC 8200 4.5). */
#define REASSEMBLY_TIME (60 * SECOND)

/*
 * The latest first fragment of a flow. It stays in the table until its own deadline has passed, which
 * is behind those of the earlier fragments of the flow: their deadlines find it, with another number.
 * (A frame is no number: one that carries tunnels may hold two fragments of a flow.)
 */
struct fragment_wait {
    struct endpoint src, dst;
    uint32_t frame;
    unsigned number; /* first fragments of the flow since it is in the table */
    bool complete;
};

static guint fragment_wait_hash(gconstpointer key)
{
    const struct fragment_wait *wait = key;

    return (guint)endpoint_hash(&wait->dst, endpoint_hash(&wait->src, 0));
}

static gboolean fragment_wait_equal(gconstpointer left, gconstpointer right)
{
    const struct fragment_wait *a = left;
    const struct fragment_wait *b = right;

    return endpoint_equal(&a->src, &b->src) && endpoint_equal(&a->dst, &b->dst);
}

GHashTable *fragment_wait_table_new(void)
{
    return g_hash_table_new_full(fragment_wait_hash, fragment_wait_equal, g_free, NULL);
}

void fragment_wait_begin(struct analysis *analysis, const struct packet_fragment *fragment)
{
    struct fragment_wait probe = {.src = fragment->src, .dst = fragment->dst};
    struct fragment_wait *wait;
    struct deadline deadline = {
        .set = analysis->time, .due = analysis->time + REASSEMBLY_TIME, .frame = analysis->frame};

    if (!message_begins(fragment->bytes)) {
        return;
    }
    wait = g_hash_table_lookup(analysis->fragments, &probe);
    if (wait == NULL) {
        wait = g_memdup2(&probe, sizeof probe);
        g_hash_table_add(analysis->fragments, wait);
    }
    wait->frame = analysis->frame;
    wait->number++;
    wait->complete = false;
    deadline.subject = wait;
    deadline.detail = wait->number;
    deadline_set(analysis->deadlines, DEADLINE_FRAGMENT, &deadline);
}

void fragment_wait_end(struct analysis *analysis, const struct packet_message *packet)
{
    struct fragment_wait probe = {.src = packet->src, .dst = packet->dst};
    struct fragment_wait *wait;

    if (packet->fragments < 2 || g_hash_table_size(analysis->fragments) == 0) {
        return;
    }
    wait = g_hash_table_lookup(analysis->fragments, &probe);
    if (wait != NULL) {
        wait->complete = true;
    }
}

void fragment_wait_expired(struct analysis *a, const struct deadline *deadline)
{
    struct fragment_wait *wait = deadline->subject;
    struct finding_list once = {0};

    if (wait->number != deadline->detail) {
        return;
    }
    if (!wait->complete) {
        rule_report_on(a, &once, NULL, NULL, RULE_UDP_FRAGMENTED, SEVERITY_WARN, false, -1,
                       RELATED(wait->frame),
                       RULE_ARGS({"src", text_endpoint(a, &wait->src)},
                                 {"dst", text_endpoint(a, &wait->dst)},
                                 {"missing", "a fragment is missing"}));
    }
    g_hash_table_remove(a->fragments, wait);
}

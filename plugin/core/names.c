/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "names.h"

#include <glib.h>

struct name_service {
    char *target;
    uint16_t port;
};

struct name_entry {
    struct ip_address addresses[NAME_PLACES_MAX];
    unsigned address_count;
    struct name_service services[NAME_PLACES_MAX];
    unsigned service_count;
    uint32_t failed_frame;
};

struct name_table {
    GHashTable *names; /* lower-case name -> struct name_entry */
};

static void name_entry_free(void *data)
{
    struct name_entry *entry = data;

    for (unsigned i = 0; i < entry->service_count; i++) {
        g_free(entry->services[i].target);
    }
    g_free(entry);
}

struct name_table *name_table_new(void)
{
    struct name_table *table = g_new0(struct name_table, 1);

    table->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, name_entry_free);
    return table;
}

void name_table_free(struct name_table *table)
{
    if (table == NULL) {
        return;
    }
    g_hash_table_destroy(table->names);
    g_free(table);
}

static struct slice name_without_dot(struct slice name)
{
    return slice_ends_with_nocase(name, ".") ? slice_sub(name, 0, name.len - 1) : name;
}

static struct name_entry *name_entry_of(struct name_table *table, struct slice name)
{
    char *key = slice_dup_lower(name_without_dot(name));
    struct name_entry *entry = g_hash_table_lookup(table->names, key);

    if (entry != NULL) {
        g_free(key);
        return entry;
    }
    entry = g_new0(struct name_entry, 1);
    g_hash_table_insert(table->names, key, entry);
    return entry;
}

static const struct name_entry *name_entry_find(const struct name_table *table, struct slice name)
{
    char *key;
    const struct name_entry *entry;

    if (g_hash_table_size(table->names) == 0) {
        return NULL;
    }
    key = slice_dup_lower(name_without_dot(name));
    entry = g_hash_table_lookup(table->names, key);
    g_free(key);
    return entry;
}

void name_table_address(struct name_table *table, struct slice name,
                        const struct ip_address *address)
{
    struct name_entry *entry = name_entry_of(table, name);

    for (unsigned i = 0; i < entry->address_count; i++) {
        if (ip_address_equal(&entry->addresses[i], address)) {
            return;
        }
    }
    if (entry->address_count < NAME_PLACES_MAX) {
        entry->addresses[entry->address_count++] = *address;
    }
}

void name_table_service(struct name_table *table, struct slice name, struct slice target,
                        uint16_t port)
{
    struct name_entry *entry = name_entry_of(table, name);
    char *lower = slice_dup_lower(name_without_dot(target));

    for (unsigned i = 0; i < entry->service_count; i++) {
        if (entry->services[i].port == port && g_str_equal(entry->services[i].target, lower)) {
            g_free(lower);
            return;
        }
    }
    if (entry->service_count == NAME_PLACES_MAX) {
        g_free(lower);
        return;
    }
    entry->services[entry->service_count++] = (struct name_service){lower, port};
}

void name_table_failure(struct name_table *table, struct slice name, uint32_t frame)
{
    struct name_entry *entry = name_entry_of(table, name);

    if (entry->failed_frame == 0) {
        entry->failed_frame = frame;
    }
}

uint32_t name_table_failed(const struct name_table *table, struct slice name)
{
    const struct name_entry *entry = name_entry_find(table, name);

    /* A missing AAAA beside an A record is no failure. */
    return entry != NULL && entry->address_count == 0 && entry->service_count == 0
               ? entry->failed_frame
               : 0;
}

static unsigned name_addresses(const struct name_table *table, struct slice name, uint16_t port,
                               struct endpoint places[NAME_PLACES_MAX], unsigned count)
{
    const struct name_entry *entry = name_entry_find(table, name);

    for (unsigned i = 0; entry != NULL && i < entry->address_count && count < NAME_PLACES_MAX;
         i++) {
        places[count++] = endpoint_make(&entry->addresses[i], port);
    }
    return count;
}

unsigned name_table_lookup(const struct name_table *table, struct slice name, uint16_t port,
                           struct endpoint places[NAME_PLACES_MAX])
{
    return name_addresses(table, name, port, places, 0);
}

/* RFC 3263 5: the service of sent-by's transport; TLS has the sips service. */
static const char *name_service_prefix(enum transport transport)
{
    switch (transport) {
    case TRANSPORT_UDP:
        return "_sip._udp.";
    case TRANSPORT_TCP:
        return "_sip._tcp.";
    case TRANSPORT_TLS:
        return "_sips._tcp.";
    case TRANSPORT_SCTP:
        return "_sip._sctp.";
    default:
        return NULL;
    }
}

unsigned name_table_resolve(const struct name_table *table, const struct via *via,
                            enum transport transport, struct endpoint places[NAME_PLACES_MAX])
{
    const char *prefix = name_service_prefix(transport);
    const struct name_entry *service = NULL;
    unsigned count = 0;

    if (ip_address_is_set(&via->host_ip)) {
        places[0] = endpoint_make(&via->host_ip, via_port(via, transport));
        return 1;
    }
    if (via_host_is_invalid_name(via) || g_hash_table_size(table->names) == 0) {
        return 0;
    }
    if (!via->has_port && prefix != NULL) {
        char *host = slice_dup_lower(via->host);
        char *name = g_strconcat(prefix, host, NULL);

        service = name_entry_find(table, slice_of(name));
        g_free(name);
        g_free(host);
    }
    for (unsigned i = 0; service != NULL && i < service->service_count; i++) {
        count = name_addresses(table, slice_of(service->services[i].target),
                               service->services[i].port, places, count);
    }
    return name_addresses(table, via->host, via_port(via, transport), places, count);
}

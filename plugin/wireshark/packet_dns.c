/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet_dns.h"

#include "packet_fields.h"

enum {
    DNS_TYPE_A = 1,
    DNS_TYPE_AAAA = 28,
    DNS_TYPE_SRV = 33,
    DNS_NXDOMAIN = 3,
};

/* Each list in order of dissection, so the n-th A belongs to the n-th record of type A. */
struct dns_lists {
    struct slice asked; /* the name in the question */
    unsigned answers;   /* that many of the records are the answer, the others additional ones */
    const GPtrArray *types;
    const GPtrArray *names; /* of all records but SRV, whose name stands in three fields */
    const GPtrArray *a, *aaaa;
    const GPtrArray *services, *protocols, *domains, *targets, *ports;
};

static struct slice name_of(const field_info *item)
{
    struct slice name = slice_of(fvalue_get_string(FINFO_VALUE(item)));

    if (name.len > 1 && name.ptr[name.len - 1] == '.') {
        name.len--;
    }
    return name;
}

static const field_info *list_item(const GPtrArray *list, unsigned index)
{
    return list && index < list->len ? g_ptr_array_index(list, index) : NULL;
}

/* An address from the bytes of its record; a tvb item, so that no value of some type is needed. */
static struct ip_address address_of(const field_info *item, size_t size)
{
    size_t length;
    const uint8_t *bytes = packet_field_bytes(item, &length);

    return ip_address_from_bytes(bytes, length >= size ? size : 0);
}

/* is_answer: the record answers the question. */
static void address_read(struct analysis *analysis, const struct dns_lists *lists, bool is_answer,
                         const field_info *name_item, const field_info *item, size_t size)
{
    struct ip_address ip;

    if (!name_item || !item) {
        return;
    }
    ip = address_of(item, size);
    if (!ip_address_is_set(&ip)) {
        return;
    }

    struct slice name = name_of(name_item);
    analysis_dns_address(analysis, name, &ip);
    /* Behind a CNAME the answer has another name than the one that was asked for. */
    if (is_answer && !slice_equal_nocase(lists->asked, name)) {
        analysis_dns_address(analysis, lists->asked, &ip);
    }
}

static void service_read(struct analysis *analysis, const struct dns_lists *lists, unsigned index)
{
    const field_info *service = list_item(lists->services, index);
    const field_info *protocol = list_item(lists->protocols, index);
    const field_info *domain = list_item(lists->domains, index);
    const field_info *target = list_item(lists->targets, index);
    const field_info *port = list_item(lists->ports, index);

    if (!service || !protocol || !domain || !target || !port) {
        return;
    }

    char *name = g_strdup_printf("%.*s.%.*s.%.*s", SLICE_ARG(name_of(service)),
                                 SLICE_ARG(name_of(protocol)), SLICE_ARG(name_of(domain)));
    analysis_dns_service(analysis, slice_of(name), name_of(target),
                         (uint16_t)packet_field_uint(port));
    g_free(name);
}

/* Every record has its name where we look for it: else names and values cannot be paired. */
static bool lists_agree(const struct dns_lists *lists)
{
    unsigned named = 0;

    for (unsigned i = 0; lists->types && i < lists->types->len; i++) {
        named += packet_field_uint(g_ptr_array_index(lists->types, i)) != DNS_TYPE_SRV;
    }
    return named == (lists->names ? lists->names->len : 0);
}

static void records_read(struct analysis *analysis, const struct dns_lists *lists)
{
    unsigned names = 0, a = 0, aaaa = 0, srv = 0;

    if (!lists_agree(lists)) {
        return;
    }
    for (unsigned i = 0; lists->types && i < lists->types->len; i++) {
        unsigned type = packet_field_uint(g_ptr_array_index(lists->types, i));
        bool is_answer = i < lists->answers;

        if (type == DNS_TYPE_SRV) {
            service_read(analysis, lists, srv++);
            continue;
        }
        const field_info *name = list_item(lists->names, names++);
        if (type == DNS_TYPE_A) {
            address_read(analysis, lists, is_answer, name, list_item(lists->a, a++), 4);
        } else if (type == DNS_TYPE_AAAA) {
            address_read(analysis, lists, is_answer, name, list_item(lists->aaaa, aaaa++), 16);
        }
    }
}

void packet_dns_read(struct analysis *analysis, proto_tree *tree)
{
    const GPtrArray *dns = packet_fields_find(tree, PACKET_DNS);
    const GPtrArray *query_names = packet_fields_find(tree, PACKET_DNS_QUERY_NAME);

    /* Two DNS messages in one frame (TCP): their records could not be told apart. */
    if (!dns || dns->len != 1 || !query_names) {
        return;
    }

    int layer = ((const field_info *)g_ptr_array_index(dns, 0))->total_layer_num;
    if (!packet_field_has_uint(tree, PACKET_DNS_RESPONSE, layer, 1)) {
        return;
    }

    const field_info *answers = packet_field_in_layer(tree, PACKET_DNS_ANSWERS, layer);
    struct dns_lists lists = {
        .asked = name_of(g_ptr_array_index(query_names, 0)),
        .answers = answers ? packet_field_uint(answers) : 0,
        .types = packet_fields_find(tree, PACKET_DNS_TYPE),
        .names = packet_fields_find(tree, PACKET_DNS_NAME),
        .a = packet_fields_find(tree, PACKET_DNS_A),
        .aaaa = packet_fields_find(tree, PACKET_DNS_AAAA),
        .services = packet_fields_find(tree, PACKET_DNS_SRV_SERVICE),
        .protocols = packet_fields_find(tree, PACKET_DNS_SRV_PROTOCOL),
        .domains = packet_fields_find(tree, PACKET_DNS_SRV_NAME),
        .targets = packet_fields_find(tree, PACKET_DNS_SRV_TARGET),
        .ports = packet_fields_find(tree, PACKET_DNS_SRV_PORT),
    };

    records_read(analysis, &lists);
    /*
     * Only NXDOMAIN says that there is no such name. An answer without data says that there is no
     * record of one type; the name may well have an address of the other family.
     */
    if (packet_field_has_uint(tree, PACKET_DNS_RCODE, layer, DNS_NXDOMAIN)) {
        analysis_dns_failure(analysis, lists.asked);
    }
}

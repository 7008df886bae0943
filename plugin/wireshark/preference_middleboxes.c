/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "preference_middleboxes.h"

#include <epan/uat.h>

/* A row of the table; types are those Wireshark's macros work with. */
struct middlebox_row {
    char *address;
    unsigned kind;
    char *comment;
};

static struct middlebox_row *rows;
static unsigned row_count;

static const value_string kind_names[] = {
    {MIDDLEBOX_NAT, "nat"},
    {MIDDLEBOX_LOAD_BALANCER, "load-balancer"},
    {0, NULL},
};

UAT_CSTRING_CB_DEF(row, address, struct middlebox_row)
UAT_VS_DEF(row, kind, struct middlebox_row, unsigned, MIDDLEBOX_NAT, "nat")
UAT_CSTRING_CB_DEF(row, comment, struct middlebox_row)

static void *row_copy(void *to, const void *from, size_t size _U_)
{
    struct middlebox_row *copy = to;
    const struct middlebox_row *row = from;

    *copy = (struct middlebox_row){
        .address = g_strdup(row->address),
        .kind = row->kind,
        .comment = g_strdup(row->comment),
    };
    return copy;
}

static void row_free(void *data)
{
    struct middlebox_row *row = data;

    g_free(row->address);
    g_free(row->comment);
}

static ws_bool row_check(void *data, char **error)
{
    const struct middlebox_row *row = data;
    struct middlebox middlebox;

    if (middlebox_parse(slice_of(row->address), &middlebox)) {
        return true;
    }
    *error = g_strdup_printf("'%s' is no address or network: write 192.0.2.1, 192.0.2.0/24 or "
                             "2001:db8::/32.",
                             row->address ? row->address : "");
    return false;
}

void preference_middleboxes_register(module_t *module)
{
    static uat_field_t fields[] = {
        UAT_FLD_CSTRING(row, address, "Address", "Address, or network with its prefix length"),
        UAT_FLD_VS(row, kind, "Kind", kind_names, "What stands at that address"),
        UAT_FLD_CSTRING(row, comment, "Comment", "For you"),
        UAT_END_FIELDS,
    };

    prefs_register_uat_preference(
        module, "middleboxes", "Own NATs and load balancers",
        "Addresses that your own NATs and load balancers put in the place of others. What such an "
        "address does is not taken for the doing of a SIP client or server.",
        uat_new("SIP Connection NATs and Load Balancers", sizeof(struct middlebox_row),
                "sipconn_middleboxes", true, &rows, &row_count, UAT_AFFECTS_DISSECTION, NULL,
                row_copy, row_check, row_free, NULL, NULL, fields));
}

const struct middlebox *preference_middleboxes(unsigned *count)
{
    static struct middlebox *list;

    list = g_renew(struct middlebox, list, row_count);
    *count = 0;
    for (unsigned i = 0; i < row_count; i++) {
        /* A row that could not be read is shown to the user, but stays in the table. */
        if (middlebox_parse(slice_of(rows[i].address), &list[*count])) {
            list[(*count)++].kind = (enum middlebox_kind)rows[i].kind;
        }
    }
    return list;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libFuzzer target: what is read of one message, and that its slices stay inside of it. */
#include <glib.h>

#include "message.h"
#include "via_compare.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* The text that is being parsed. */
static struct slice whole;

static void check(struct slice slice)
{
    if (slice.len > 0) {
        g_assert_true(slice.ptr >= whole.ptr && slice.ptr <= whole.ptr + whole.len);
        g_assert_cmpuint(slice.len, <=, (size_t)(whole.ptr + whole.len - slice.ptr));
    }
}

static void check_address(const struct ip_address *ip)
{
    char buffer[ENDPOINT_TEXT_SIZE];
    struct ip_address again;

    if (ip_address_is_set(ip)) {
        g_assert_true(ip_address_parse(slice_of(ip_address_format(ip, buffer)), &again));
        g_assert_true(ip_address_equal(ip, &again));
    }
}

static void check_uri(const struct sip_uri *uri)
{
    bool found;

    check(uri->text);
    check(uri->user);
    check(uri->host);
    check(uri->params);
    check(sip_param_find(uri->params, "transport", &found));
    check_address(&uri->host_ip);
}

static void check_sip_address(const struct sip_address *address)
{
    bool found;

    check_uri(&address->uri);
    check(address->params);
    check(sip_param_find(address->params, "expires", &found));
}

static void check_via(const struct via *via)
{
    struct slice params = via->params;
    struct slice name;
    struct via_param param;
    struct ip_address received;
    size_t left = params.len + 1;

    check(via->text);
    check(via->protocol);
    check(via->transport_token);
    check(via->host);
    check(via->params);
    check(via->branch);
    check(via->rport.value);
    check(via->received.value);
    check(via->maddr.value);
    check_address(&via->host_ip);
    if (via_received_ip(via, &received)) {
        check_address(&received);
    }
    while (via_param_next(&params, &name, &param)) {
        g_assert_cmpuint(left--, >, 0); /* it comes to an end */
        check(name);
        check(param.value);
    }
    g_assert_true(via_host_equal(via, via));
    via_host_is_invalid_name(via);
    via_has_cookie(via);
    via_port(via, TRANSPORT_TLS);
    via_rport_value(via);
}

/* A Via kept as text, as in a record, is the same Via again. */
static void check_via_again(const struct via *via)
{
    struct slice list = via->text;
    struct via again;

    g_assert_true(via_parse(&list, &again));
    g_assert_true(slice_equal(via->branch, again.branch));
    g_assert_true(via_host_equal(via, &again));
}

static void check_message(const struct message *message)
{
    struct sip_uri from;

    check(message->text);
    check(message->method);
    check(message->request_uri_text);
    check(message->call_id);
    check(message->cseq_method);
    check(message->from_tag);
    check(message->to_tag);
    check(message->user_agent);
    check(message->body);
    check_uri(&message->request_uri);
    message_from_uri(message, &from);
    check_uri(&from);
    check_sip_address(&message->contact);
    check_sip_address(&message->route);
    check_sip_address(&message->record_route);
    check_sip_address(&message->path);
    g_assert_cmpuint(message->via_parsed, <=, MESSAGE_MAX_VIAS);
    g_assert_cmpuint(message->via_parsed, <=, message->via_count);
    g_assert_cmpuint(message->header_length, <=, whole.len);
    for (unsigned i = 0; i < message->via_parsed; i++) {
        check_via(&message->via[i]);
        check_via_again(&message->via[i]);
    }
}

static void check_lists(void)
{
    struct slice list = whole;
    struct slice rest = whole;
    struct via via;
    struct sip_address address;
    struct sip_uri uri;
    struct host_port host_port;
    size_t left = whole.len + 1;

    while (list.ptr != NULL) {
        g_assert_cmpuint(left--, >, 0);
        via_parse(&list, &via);
        check(list);
        check_via(&via);
    }
    left = whole.len + 1;
    while (rest.ptr != NULL) {
        g_assert_cmpuint(left--, >, 0);
        sip_address_parse(&rest, &address);
        check(rest);
        check_sip_address(&address);
    }
    sip_uri_parse(whole, &uri);
    check_uri(&uri);
    host_port_parse(whole, &host_port);
    check(host_port.host);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct message message;

    whole = (struct slice){(const char *)bytes, size};
    if (message_parse(whole, false, &message)) {
        g_assert_true(message_begins(whole));
        check_message(&message);
    }
    if (message_parse(whole, true, &message)) {
        check_message(&message);
    }
    if (size > 0 && size <= 512) {
        check_lists();
    }
    return 0;
}

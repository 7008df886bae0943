/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Enters the addresses that SIP messages hand out: Via, Contact, Record-Route and Path. */
#include "context.h"

/*
 * Contact, Record-Route and Path say where somebody listens. A Contact may have come through a proxy:
 * then its sender is not its owner, and what stands between them is unknown.
 */
static void advertise_headers(struct analysis *analysis, const struct message *message,
                              const struct message_record *record)
{
    const struct {
        const struct sip_address *address;
        unsigned count;
        const char *header;
        bool may_be_relayed;
    } headers[] = {
        {&message->contact, message->contact_count, "Contact",
         !record->is_request || message->via_count > 1},
        {&message->record_route, message->record_route_count, "Record-Route", false},
        {&message->path, message->path_count, "Path", false},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(headers); i++) {
        const struct sip_uri *uri = &headers[i].address->uri;
        uint16_t port = transport_is_secure(record->transport) ? 5061 : 5060;
        bool elsewhere = !ip_address_equal(&uri->host_ip, &record->src.ip);
        bool outbound = false, named;
        struct slice transport = sip_param_find(uri->params, "transport", &named);

        if (headers[i].count == 0 || !uri->is_sip || (elsewhere && headers[i].may_be_relayed)) {
            continue;
        }
        sip_param_find(headers[i].address->params, "reg-id", &outbound);
        advertised_learn(
            analysis->advertised,
            &(struct advertised){
                .endpoint = endpoint_make(&uri->host_ip, uri->has_port ? uri->port : port),
                .frame = record->frame,
                .header = headers[i].header,
                .flow = (const struct connection *)record->connection,
                .reliable =
                    transport_is_reliable(named ? transport_of_via(transport) : record->transport),
                .unreachable_by_design = outbound || elsewhere,
            });
    }
}

/*
 * The sent-by of a WebSocket client leads nowhere (RFC 7118 5.1). A default port, though, may be that
 * of a server which is a client here.
 */
static void advertise_websocket_via(const struct sending *sending)
{
    const struct via *v = sending->v;

    if (ip_address_is_set(&v->host_ip) && v->has_port && !connection_port_is_well_known(v->port)) {
        advertised_learn(sending->analysis->websocket_clients,
                         &(struct advertised){
                             .endpoint = endpoint_make(&v->host_ip, v->port),
                             .frame = sending->request->frame,
                             .header = "Via",
                             .hop = sending->hop,
                         });
    }
}

/* A Contact without transport=ws may be a real listener beside the WebSocket. */
static void advertise_websocket(const struct sending *sending)
{
    const struct sip_uri *uri = &sending->message->contact.uri;
    enum transport wire = sending->request->transport;
    bool found;
    struct slice transport = sip_param_find(uri->params, "transport", &found);

    advertise_websocket_via(sending);
    if (sending->message->contact_count == 0 || !uri->is_sip || !found ||
        !transport_is_websocket(transport_of_via(transport))) {
        return;
    }
    advertised_learn(
        sending->analysis->websocket_clients,
        &(struct advertised){
            .endpoint = endpoint_make(&uri->host_ip,
                                      uri->has_port ? uri->port : transport_default_port(wire)),
            .frame = sending->request->frame,
            .header = "Contact",
            .hop = sending->hop,
        });
}

void advertise_request(const struct sending *sending)
{
    const struct message_record *request = sending->request;
    const struct via *v = sending->v;

    if (transport_is_websocket(request->transport)) {
        advertise_websocket(sending); /* nobody listens there (RFC 7118 5.3) */
        return;
    }
    advertised_learn(
        sending->analysis->advertised,
        &(struct advertised){
            .endpoint = endpoint_make(&request->src.ip, via_port(v, request->transport)),
            .frame = request->frame,
            .header = "Via",
            .hop = sending->hop,
            .flow = sending->hop->connection,
            .reliable = transport_is_reliable(request->transport),
            .unreachable_by_design =
                ip_address_is_set(&v->host_ip) && !ip_address_equal(&v->host_ip, &request->src.ip),
        });
    advertise_headers(sending->analysis, sending->message, request);
}

/* The Contact of an answer that makes a dialog; elsewhere it is not the sender's (10.3, 8.1.3.4). */
void advertise_response(const struct exchange *x)
{
    if (x->response->status < 300 && g_strcmp0(x->response->method, "REGISTER") != 0 &&
        !transport_is_websocket(x->response->transport) && x->message->record_route_count == 0) {
        advertise_headers(x->analysis, x->message, x->response);
    }
}

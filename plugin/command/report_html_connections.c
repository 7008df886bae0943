/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report_html_connections.h"

#include "report_html_text.h"

/* Rows of the alias table; more are told by number. */
#define ALIASES_MAX 500

/* Names one below the other; dash if there are none. */
static void put_names(GString *out, const GPtrArray *names)
{
    if (!names || names->len == 0) {
        g_string_append(out, names ? "none" : "<span class=\"unknown\">unknown</span>");
        return;
    }
    for (unsigned i = 0; i < names->len; i++) {
        html_put(out, "%s%s", i > 0 ? ", " : "", (const char *)g_ptr_array_index(names, i));
    }
}

static void put_or_unknown(GString *out, const char *text)
{
    if (text) {
        html_put(out, "%s", text);
    } else {
        g_string_append(out, "<span class=\"unknown\">unknown</span>");
    }
}

static void put_close(GString *out, const struct connection_item *connection)
{
    if (!connection->close) {
        g_string_append(out, "<span class=\"unknown\">not seen</span>");
        return;
    }
    html_put(out, "%s", connection->close);
    if (connection->closed_by) {
        html_put(out, " by %s", connection->closed_by);
    }
    if (connection->closed_frame) {
        html_put(out, "<br><small>frame %u</small>", connection->closed_frame);
    }
}

static void put_tls(GString *out, const struct connection_item *connection)
{
    if (!connection->tls_version && !connection->client_certificate) {
        g_string_append(out, "–");
        return;
    }
    html_put(out, "TLS %s",
             connection->tls_version ? connection->tls_version : "of unknown version");
    if (connection->client_certificate) {
        html_put(out, "; client certificate %s", connection->client_certificate);
    }
    if (connection->client_identities) {
        g_string_append(out, "<br><small>client: ");
        put_names(out, connection->client_identities);
        g_string_append(out, "</small>");
    }
    if (connection->server_identities) {
        g_string_append(out, "<br><small>server: ");
        put_names(out, connection->server_identities);
        g_string_append(out, "</small>");
    }
    if (connection->alias_offered_frame) {
        html_put(out, "<br><small>alias offered, frame %u</small>",
                 connection->alias_offered_frame);
    }
}

/* How sure it is who opened it. */
static void put_evidence(GString *out, const struct connection_item *connection)
{
    html_put(out, "<br><small>%s", connection->evidence ? connection->evidence : "unknown");
    if (connection->opened_frame) {
        html_put(out, ", frame %u", connection->opened_frame);
    }
    g_string_append(out, "</small>");
}

static void put_connection(GString *out, const struct connection_item *connection,
                           const char *prefix)
{
    html_put(out,
             "<tr id=\"%s-connection-%u\" data-connection=\"%u\"><th scope=\"row\">%u</th><td>",
             prefix, connection->id, connection->id, connection->id);
    put_or_unknown(out, connection->transport);
    if (connection->stream >= 0) {
        html_put(out, "<br><small>stream %" G_GINT64_FORMAT "</small>", connection->stream);
    }
    g_string_append(out, "</td><td class=\"address\">");
    put_or_unknown(out, connection->initiator);
    put_evidence(out, connection);
    g_string_append(out, "</td><td class=\"address\">");
    put_or_unknown(out, connection->acceptor);
    g_string_append(out, "</td><td class=\"class\">");
    put_names(out, connection->classes);
    if (connection->reuse_basis) {
        html_put(out, "<br><small>basis: %s</small>", connection->reuse_basis);
    }
    html_put(out,
             "</td><td class=\"number\">%u</td><td class=\"number\">%u</td>"
             "<td class=\"number\">%u</td><td>",
             connection->forward_transactions, connection->backward_requests,
             connection->responses);
    put_close(out, connection);
    g_string_append(out, "</td><td class=\"tls\">");
    put_tls(out, connection);
    g_string_append(out, "</td></tr>\n");
}

void html_connections_put(GString *out, const GPtrArray *connections, const char *prefix)
{
    g_string_append(
        out,
        "<div class=\"scroll\" tabindex=\"0\"><table class=\"connections\"><thead><tr>"
        "<th>No.</th><th>Transport</th>"
        "<th title=\"Who opened it, and how sure that is\">Initiator, evidence</th>"
        "<th>Acceptor</th><th>Class, basis</th>"
        "<th class=\"number\" title=\"Transactions begun by the initiator\">Forward</th>"
        "<th class=\"number\" title=\"Requests of the acceptor\">Backward</th>"
        "<th class=\"number\">Responses</th><th>Closed</th><th>TLS</th></tr></thead><tbody>\n");
    for (unsigned i = 0; i < connections->len; i++) {
        put_connection(out, g_ptr_array_index(connections, i), prefix);
    }
    g_string_append(out, "</tbody></table></div>\n");
}

static void put_alias(GString *out, const struct alias_item *alias)
{
    g_string_append(out, "<tr><td class=\"address\">");
    put_or_unknown(out, alias->ip);
    html_put(out, "</td><td class=\"number\">%u</td><td>%s</td><td>", (unsigned)alias->port,
             alias->transport ? alias->transport : "");
    put_names(out, alias->identities);
    html_put(out, "</td><td>%s</td><td class=\"number\">", alias->verified ? "yes" : "no");
    if (alias->connection) {
        html_put(out, "%u", alias->connection);
    }
    html_put(out, "</td><td class=\"number\">%u</td><td>", alias->learnt_frame);
    for (unsigned i = 0; i < alias->used_frames->len && i < ALIASES_MAX; i++) {
        html_put(out, "%s%u", i > 0 ? ", " : "", g_array_index(alias->used_frames, uint32_t, i));
    }
    if (alias->used_frames->len == 0) {
        g_string_append(out, "<span class=\"unknown\">not used</span>");
    } else if (alias->used_frames->len > ALIASES_MAX) {
        html_put(out, " and %u more", alias->used_frames->len - ALIASES_MAX);
    }
    g_string_append(out, "</td></tr>\n");
}

void html_aliases_put(GString *out, const GPtrArray *aliases)
{
    g_string_append(
        out, "<div class=\"scroll\" tabindex=\"0\"><table class=\"aliases\"><thead><tr>"
             "<th>Address</th><th class=\"number\">Port</th><th>Transport</th><th>Identities</th>"
             "<th title=\"The certificate it rests on was presented\">Verified</th>"
             "<th class=\"number\">Connection</th><th class=\"number\">Learnt in frame</th>"
             "<th>Used in frames</th></tr></thead><tbody>\n");
    for (unsigned i = 0; i < aliases->len && i < ALIASES_MAX; i++) {
        put_alias(out, g_ptr_array_index(aliases, i));
    }
    g_string_append(out, "</tbody></table></div>\n");
    if (aliases->len > ALIASES_MAX) {
        html_put(out, "<p class=\"left-out\">%u further aliases are left out.</p>\n",
                 aliases->len - ALIASES_MAX);
    }
}

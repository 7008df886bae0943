/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tables.h"

#include "table_aliases.h"
#include "table_connections.h"
#include "table_findings.h"
#include "table_responses.h"

void tables_register(void)
{
    table_connections_register();
    table_responses_register();
    table_aliases_register();
    table_findings_register();
}

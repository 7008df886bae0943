// SPDX-License-Identifier: GPL-2.0-or-later
// The connections of a capture: their time line, and a detail for each row of the static table.

const rowsOnPage = 25;

function connectionDetail(capture, connection) {
    const messages = capture.byConnection.get(connection.id) || [];
    const transactions = [...new Set(messages.map((message) => message.transaction))]
        .filter((id) => id !== null);
    const left = connection.messages - messages.length;
    return html('div', {class: 'detail'},
        timelineOf(capture, [connection]),
        left > 0 ? html('p', {class: 'left-out'},
            `${messages.length} of its ${connection.messages} messages are drawn.`) : null,
        transactions.length ? transactionTable(capture, transactions) : null);
}

// Rows in pages: those that are not shown stay in the document, hidden.
function rowsPaged(table) {
    const rows = [...table.tBodies[0].rows];
    const range = html('span', {'aria-live': 'polite'});
    const back = html('button', {type: 'button', click: () => show(first - rowsOnPage)},
        'Previous');
    const on = html('button', {type: 'button', click: () => show(first + rowsOnPage)}, 'Next');
    let first = 0;

    function show(from) {
        first = from;
        table.querySelectorAll('tr.detail-row').forEach((row) => row.remove());
        rows.forEach((row, i) => { row.hidden = i < first || i >= first + rowsOnPage; });
        range.textContent =
            `${first + 1} to ${Math.min(first + rowsOnPage, rows.length)} of ${rows.length}`;
        back.disabled = first === 0;
        on.disabled = first + rowsOnPage >= rows.length;
    }

    if (rows.length > rowsOnPage) {
        table.parentElement.after(html('div', {class: 'pager'}, back, range, on));
        show(0);
    }
}

function connectionsOpen(capture, section) {
    const place = section.querySelector('.timelines');
    const table = section.querySelector('table.connections');
    if (!place || !capture.connections.length) {
        return;
    }

    place.replaceChildren(timelineOf(capture, capture.connections));
    const detail = html('div', {class: 'detail-place'});
    table.parentElement.after(detail);
    for (const row of table.tBodies[0].rows) {
        const connection = capture.connectionById.get(Number(row.dataset.connection));
        row.cells[0].replaceChildren(html('button', {
            type: 'button', class: 'row-button', title: 'Time line and transactions of this one',
            click() {
                detail.replaceChildren(html('h4', {}, `Connection ${connection.id}`),
                    connectionDetail(capture, connection));
                detail.scrollIntoView({block: 'nearest'});
            },
        }, String(connection.id)));
    }
    rowsPaged(table);
}

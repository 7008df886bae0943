// SPDX-License-Identifier: GPL-2.0-or-later
// Transactions, each with its ladder on demand.

function transactionRow(capture, id) {
    const messages = capture.byTransaction.get(id);
    const request = messages.find((message) => message.status === null) || null;
    const responses = messages.filter((message) => message.status !== null);
    const fits = new Set(responses.map((message) => message.fit));
    const worst = ['deviating', 'unknown', 'legal'].find((fit) => fits.has(fit));
    const findings = capture.findingsOf.get(id) || [];
    const statuses = [...new Set(responses.map((message) => message.status))];
    const place = html('td', {colspan: '7'});
    const ladderRow = html('tr', {class: 'ladder-row', hidden: true}, place);
    const button = html('button', {
        type: 'button', class: 'row-button', 'aria-expanded': 'false',
        title: 'Ladder of this transaction',
        click() {
            if (!place.firstChild) {
                place.append(transactionLadder(capture, id));
            }
            ladderRow.hidden = !ladderRow.hidden;
            button.setAttribute('aria-expanded', String(!ladderRow.hidden));
        },
    }, String(id));
    const mark = worst ? svg('svg', {viewBox: '0 0 20 20', class: 'chart inline',
        'aria-hidden': 'true'}, fitShape(worst, 10, 10)) : null;

    return [html('tr', {}, html('th', {scope: 'row'}, button),
        html('td', {}, messages[0].method || 'unknown'),
        html('td', {class: 'address'}, request ? `${request.src} > ${request.dst}`
            : 'request not in the capture'),
        html('td', {}, statuses.join(', ') || 'none'),
        html('td', {class: 'fit'}, mark, worst ? fitWords[worst] : ''),
        html('td', {class: 'number'}, String(messages[0].frame)),
        html('td', {class: 'number'}, String(findings.length))), ladderRow];
}

function transactionTable(capture, ids) {
    const words = ['No.', 'Method', 'From, to', 'Responses', 'Routed', 'First frame', 'Findings'];
    const body = html('tbody', {});
    const table = html('div', {class: 'scroll', tabindex: '0'}, html('table', {},
        html('thead', {}, html('tr', {}, ...words.map((word, i) =>
            html('th', {class: i > 4 ? 'number' : null}, word)))), body));
    const pages = Math.ceil(ids.length / rowsOnPage);
    const pager = paged(pages, 1, (page) => {
        body.replaceChildren(...ids.slice(page * rowsOnPage, (page + 1) * rowsOnPage)
            .flatMap((id) => transactionRow(capture, id)));
        return html('span', {class: 'status'},
            pages > 1 ? `Part ${page + 1} of ${pages}, ${counted(ids.length, 'transaction')}` : '');
    }, 'position');
    return html('div', {}, table, pager);
}

function transactionsOpen(capture, section) {
    const place = section.querySelector('.transactions');
    const ids = [...capture.byTransaction.keys()];
    if (place && ids.length) {
        place.replaceChildren(transactionTable(capture, ids));
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// What the page knows about a capture, read from its <script type="application/json">.

// Rows become objects; the numbers in interned columns become the strings they stand for.
function tableRead(table, strings) {
    const interned = new Set(table.interned);
    return table.rows.map((row) => {
        const object = {};
        table.columns.forEach((column, i) => {
            const cell = row[i];
            if (!interned.has(column)) {
                object[column] = cell;
            } else {
                object[column] = Array.isArray(cell) ? cell.map((number) => strings[number])
                    : strings[cell];
            }
        });
        return object;
    });
}

function indexBy(list, key) {
    const index = new Map();
    for (const item of list) {
        if (item[key] === null) {
            continue;
        }
        if (!index.has(item[key])) {
            index.set(item[key], []);
        }
        index.get(item[key]).push(item);
    }
    return index;
}

function captureRead(section) {
    const data = JSON.parse(section.querySelector('script.data').textContent);
    const capture = {
        prefix: section.id,
        messages: tableRead(data.messages, data.strings),
        connections: tableRead(data.connections, data.strings),
        events: tableRead(data.events, data.strings),
        findings: tableRead(data.findings, data.strings),
        drawnFor: new Map(), // transaction -> the rule under which its ladder is open at first
    };
    for (const message of capture.messages) {
        message.fit = message.fit === null ? null : data.messages.fits[message.fit];
    }
    capture.byTransaction = indexBy(capture.messages, 'transaction');
    capture.byConnection = indexBy(capture.messages, 'connection');
    capture.byFrame = indexBy(capture.messages, 'frame');
    capture.eventsOf = indexBy(capture.events, 'connection');
    capture.findingsOf = indexBy(capture.findings, 'transaction');
    capture.connectionById = new Map(capture.connections.map((one) => [one.id, one]));
    return capture;
}

const messageName = (message) => message.status === null ? message.method
    : `${message.status} to ${message.method || 'unknown'}`;

const fitWords = {legal: 'legal', deviating: 'deviating', unknown: 'cannot tell'};

// "[2001:db8::1]" of "[2001:db8::1]:5060"
const hostOf = (endpoint) => endpoint.slice(0, endpoint.lastIndexOf(':'));

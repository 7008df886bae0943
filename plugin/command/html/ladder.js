// SPDX-License-Identifier: GPL-2.0-or-later
// The ladder of a transaction: a line for each address, an arrow for each message, and where a
// response went wrong a dashed arrow to where it should have gone.

const ladderMargin = 140; // for frame and time
const ladderRow = 40;
const ladderMost = 40; // messages drawn before one asks for all

// The marks of responses, by shape and not by colour alone.
function fitShape(fit, x, y) {
    const shapes = {
        legal: () => svg('circle', {cx: x, cy: y, r: 5}),
        deviating: () => svg('path', {d: `M${x} ${y - 7}l7 7-7 7-7-7z`}),
        unknown: () => svg('circle', {cx: x, cy: y, r: 5, class: 'hollow'}),
    };
    return svg('g', {class: `mark ${fit || 'plain'}`}, (shapes[fit] || shapes.unknown)());
}

// The request that a response answers, as far as it is embedded.
function requestOf(capture, response) {
    const ofFrame = capture.byFrame.get(response.requestFrame) || [];
    return ofFrame.find((one) => one.status === null && one.transaction === response.transaction) ||
        (capture.byTransaction.get(response.transaction) || []).find((one) => one.status === null);
}

// Where a deviating response should have gone: {from, to, text}, or null.
function expectedPath(capture, response) {
    if (response.fit !== 'deviating' || !response.expected.length) {
        return null;
    }
    const request = requestOf(capture, response);
    const place = response.expected[0];
    const isPlace = place.includes(':');
    if (!isPlace && !request) {
        return null;
    }
    // People know connections by their number here, not by Wireshark's of the stream.
    const first = !isPlace && request.connection ? `connection ${request.connection}` : place;
    return {
        from: request ? request.dst : response.src,
        to: isPlace ? place : request.src,
        text: `expected: ${[first, ...response.expected.slice(1)].join(' or ')}`,
    };
}

function ladderEnds(rows) {
    const ends = [];
    for (const {message, expected} of rows) {
        const request = message.status === null;
        const pair = request ? [message.src, message.dst] : [message.dst, message.src];
        ends.push(...pair, ...(expected ? [expected.to, expected.from] : []));
    }
    return [...new Set(ends)];
}

function arrow(className, from, to, y) {
    const ahead = to > from ? 1 : -1;
    // Both ends on one line: an address that talks to itself.
    if (from === to) {
        return svg('path', {class: className, d: `M${from} ${y - 8}h26v14h-22m5 -4l-6 4l6 4`});
    }
    return svg('g', {class: className},
        svg('line', {x1: from, y1: y, x2: to - 3 * ahead, y2: y}),
        svg('path', {class: 'head', d: `M${to} ${y}l${-10 * ahead} -4.5v9z`}));
}

function ladderText(message) {
    const name = message.status === null ? message.method
        : `${message.status} ${message.method || ''}`;
    const again = message.copies ? ' copied' : message.repeats ? ' again' : '';
    const way = message.connection ? `connection ${message.connection}` : message.transport;
    return `${name}${again} (${way})`;
}

const verdictText = (message) => [`${message.verdict}: ${fitWords[message.fit]}`, message.clause]
    .filter(Boolean).join(', ');

// The verdict stands below its arrow, moved as far as it takes to stay within the drawing.
function verdictDraw(chart, message, middle, y, width) {
    const text = verdictText(message);
    const length = textWidth(text, 600) + 17;
    const start = Math.max(ladderMargin, Math.min(middle - length / 2, width - length - 8));
    chart.append(fitShape(message.fit, start + 6, y),
        svg('text', {class: `verdict ${message.fit}`, x: start + 17, y: y + 4}, text));
}

// Draws a row at y, returns how high it is.
function ladderRowDraw(chart, row, x, y, width) {
    const {message, expected} = row;
    const from = x.get(message.src);
    const to = x.get(message.dst);
    const kind = message.status === null ? 'request' : `response ${message.fit || 'plain'}`;
    const middle = from === to ? from + 32 : (from + to) / 2;
    const anchor = from === to ? 'start' : 'middle';
    let height = ladderRow;

    chart.append(
        svg('text', {class: 'frame', x: 6, y: y + 4}, `frame ${message.frame}`),
        svg('text', {class: 'time', x: ladderMargin - 28, y: y + 4, 'text-anchor': 'end'},
            message.time === null ? '' : (message.time / 1e6).toFixed(3)),
        arrow(`arrow ${kind}${message.copies ? ' copy' : ''}`, from, to, y),
        svg('text', {class: 'label', x: middle, y: y - 7, 'text-anchor': anchor},
            ladderText(message)));
    if (message.status !== null && message.verdict) {
        verdictDraw(chart, message, middle, y + 15, width);
        height += 18;
    }
    if (expected) {
        const begin = x.get(expected.from);
        const end = x.get(expected.to);
        chart.append(arrow('arrow expected', begin, end, y + height),
            svg('text', {class: 'label expected', x: (begin + end) / 2, y: y + height - 7,
                'text-anchor': 'middle'}, expected.text));
        height += 30;
    }
    return height;
}

// Wide enough that no label is longer than its arrow, and that the drawing fills the page.
function columnWidth(rows, ends, widest, room) {
    const place = new Map(ends.map((end, i) => [end, i]));
    const wanted = rows.flatMap(({message, expected}) => [
        [message.src, message.dst, ladderText(message)],
        ...(expected ? [[expected.from, expected.to, expected.text]] : []),
    ]).map(([from, to, text]) =>
        (textWidth(text) + 26) / Math.max(Math.abs(place.get(from) - place.get(to)), 1));
    const even = room / Math.max(ends.length - 1, 1);
    return Math.max(widest + 24, ...wanted, Math.min(even, 320));
}

function ladderChart(rows) {
    const ends = ladderEnds(rows);
    const widest = Math.max(...ends.map((end) => textWidth(end, 600)));
    const verdict = Math.max(0, ...rows.map(({message}) =>
        message.verdict ? textWidth(verdictText(message), 600) + 25 : 0));
    const left = ladderMargin + widest / 2;
    const column = columnWidth(rows, ends, widest, 980 - ladderMargin - widest);
    const x = new Map(ends.map((end, i) => [end, left + i * column]));
    const width = Math.max(left + (ends.length - 1) * column + widest / 2 + 12,
        ladderMargin + verdict);
    const chart = svg('svg', {class: 'chart ladder', role: 'img'});
    let y = 60;

    const lines = svg('g', {class: 'lifelines'});
    chart.append(lines);
    rows.forEach((row, i) => {
        const before = i ? rows[i - 1].message.time : null;
        const passed = row.message.time === null || before === null ? 0 : row.message.time - before;
        if (passed >= 1e6) {
            chart.append(svg('text', {class: 'pause', x: ladderMargin - 28, y: y - 8,
                'text-anchor': 'end'}, `… ${duration(passed)}`));
            y += 18;
        }
        y += ladderRowDraw(chart, row, x, y, width);
    });
    for (const [end, at] of x) {
        lines.append(svg('text', {class: 'end', x: at, y: 18, 'text-anchor': 'middle'}, end),
            svg('line', {x1: at, y1: 26, x2: at, y2: y - 20}));
    }
    const height = y - 16; // the last row needs no room for a next one
    chart.setAttribute('viewBox', `0 0 ${Math.ceil(width)} ${height}`);
    chart.setAttribute('width', Math.ceil(width));
    chart.setAttribute('height', height);
    return chart;
}

// The ladder of these messages, as an element.
function ladderOf(capture, messages, title) {
    const rows = messages.map((message) => ({message, expected: expectedPath(capture, message)}));
    const figure = html('figure', {class: 'drawing'});

    function draw(shown) {
        const chart = ladderChart(shown);
        chart.setAttribute('aria-label', `${title}: ${shown.map(({message, expected}) =>
            `frame ${message.frame}, ${messageName(message)} from ${message.src} to ${message.dst}`
            + (message.verdict ? `, ${message.verdict}` : '')
            + (expected ? `, ${expected.text}` : '')).join('; ')}`);
        figure.replaceChildren(html('figcaption', {}, title),
            html('div', {class: 'scroll', tabindex: '0'}, chart));
    }

    draw(rows.slice(0, ladderMost));
    if (rows.length > ladderMost) {
        figure.append(html('button', {type: 'button', click: () => draw(rows)},
            `Show all ${rows.length} messages`));
    }
    return figure;
}

const transactionLadder = (capture, id) =>
    ladderOf(capture, capture.byTransaction.get(id), `Transaction ${id}`);

// SPDX-License-Identifier: GPL-2.0-or-later
// The time line: a lane for each connection. What the initiator sent is above the line, what the
// acceptor sent below it.

const laneHeight = 58;
const lanesOnPage = 12;
const chartMargin = 24;

const eventShapes = {
    // An upright bar opens, a bar with a foot closes, a cross breaks.
    syn: (x, y) => `M${x} ${y - 13}v26M${x} ${y - 13}h6M${x} ${y + 13}h6`,
    fin: (x, y) => `M${x} ${y - 13}v26M${x} ${y - 13}h-6M${x} ${y + 13}h-6`,
    rst: (x, y) => `M${x - 7} ${y - 7}l14 14M${x + 7} ${y - 7}l-14 14`,
    'close-notify': (x, y) => `M${x - 2} ${y - 10}v20M${x + 2} ${y - 10}v20`,
    'ws-close': (x, y) => `M${x - 2} ${y - 10}v20M${x + 2} ${y - 10}v20`,
    gap: (x, y) => `M${x - 5} ${y + 12}l4 -24M${x + 1} ${y + 12}l4 -24`,
};

const eventWords = {
    syn: 'SYN', fin: 'closed (FIN)', rst: 'reset (RST)', 'close-notify': 'TLS close_notify',
    'ws-close': 'WebSocket Close', gap: 'segments missing in the capture',
};

function markPlaced(message, connection) {
    return connection.initiator === null || message.src === connection.initiator ? -1 : 1;
}

function messageText(message) {
    const parts = [`Frame ${message.frame}`, clock(message.time), messageName(message),
        `${message.src} to ${message.dst}`];
    if (message.status === null) {
        parts.push(...[message.direction, message.use, message.basis].filter(Boolean));
    } else if (message.verdict) {
        parts.push(`${message.verdict}, ${fitWords[message.fit]}`);
        if (message.fit === 'deviating' && message.expected.length) {
            parts.push(`expected ${message.expected.join(' or ')}`);
        }
        parts.push(message.clause);
    }
    return parts.filter(Boolean).join(' · ');
}

function eventText(event) {
    return [`Frame ${event.frame}`, clock(event.time), eventWords[event.kind] || event.kind,
        event.by && `by ${event.by}`].filter(Boolean).join(' · ');
}

// All that is marked on a connection, in order of time.
function laneMarks(capture, connection) {
    const messages = (capture.byConnection.get(connection.id) || []).map((message) => ({
        time: message.time, frame: message.frame, text: messageText(message),
        transaction: message.transaction,
        draw: (x, y) => messageMark(message, markPlaced(message, connection), x, y),
    }));
    const events = (capture.eventsOf.get(connection.id) || []).map((event) => ({
        time: event.time, frame: event.frame, text: eventText(event), transaction: null,
        draw: (x, y) => svg('path', {class: `event ${event.kind}`,
            d: (eventShapes[event.kind] || eventShapes.gap)(x, y)}),
    }));
    return [...messages, ...events].filter((mark) => mark.time !== null)
        .sort((a, b) => a.time - b.time || a.frame - b.frame);
}

function messageMark(message, side, x, y) {
    const at = y + side * 8;
    if (message.status !== null) {
        return fitShape(message.fit, x, at);
    }
    // Triangles point the way of the request: on from the initiator, or back to it.
    const kind = message.direction || 'unknown';
    const ahead = kind === 'backward' ? -1 : 1;
    return svg('g', {class: `mark request ${kind}${message.repeats ? ' repeat' : ''}`},
        svg('path', {d: `M${x + 7 * ahead} ${at}l${-12 * ahead} -6v12z`}));
}

// Arrow keys move among the marks of a chart, so that Tab passes over it in one step.
function markKeys(chart, marks) {
    chart.addEventListener('keydown', (event) => {
        const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
        const now = marks.indexOf(document.activeElement);
        if (step && now >= 0 && marks[now + step]) {
            event.preventDefault();
            marks[now].setAttribute('tabindex', '-1');
            marks[now + step].setAttribute('tabindex', '0');
            marks[now + step].focus();
        } else if (event.key === 'Enter' && now >= 0) {
            marks[now].dispatchEvent(new MouseEvent('click'));
        }
    });
}

const laneName = ({connection}) => `Connection ${connection.id}`;

function laneText({connection}) {
    const ends = connection.initiator
        ? `${connection.initiator} > ${connection.acceptor}` : 'opener unknown';
    return ['', connection.transport, ends, connection.classes.join(', ')].join(' \u00b7 ');
}

function laneDraw(chart, lane, axis, y, actions) {
    const {connection, marks} = lane;
    const begin = chartMargin + (marks.length ? axis.x(marks[0].time) : 0);
    const end = chartMargin + (marks.length ? axis.x(marks[marks.length - 1].time) : axis.width);

    chart.append(svg('text', {class: 'lane-label', x: 4, y: y - 20},
        svg('tspan', {class: 'strong'}, laneName(lane)), laneText(lane)),
        svg('line', {class: 'track', x1: begin, y1: y, x2: end, y2: y}));
    if (!connection.close && marks.length) {
        chart.append(svg('line', {class: 'track open', x1: end, y1: y, x2: end + 18, y2: y}));
    }
    return marks.map((mark) => {
        const element = svg('g', {class: 'hit', tabindex: '-1', role: 'img', 'aria-label': mark.text,
            focus: () => actions.tell(mark.text), mouseenter: () => actions.tell(mark.text),
            click: () => actions.choose(mark)},
        svg('title', {}, mark.text), mark.draw(chartMargin + axis.x(mark.time), y));
        chart.append(element);
        return element;
    });
}

// Milliseconds show how marks of one burst follow each other.
const tickText = (time) => time < 1e6 ? `${Number((time / 1e3).toFixed(1))} ms`
    : `${Number((time / 1e6).toFixed(3))} s`;

// Labels where there is room for them, and none twice.
function axisDraw(chart, axis, height) {
    let free = -1;
    let last = null;
    for (const silence of axis.silences) {
        const middle = chartMargin + (silence.from + silence.to) / 2;
        chart.append(
            svg('rect', {class: 'silence', x: chartMargin + silence.from + 9, y: 20,
                width: silence.to - silence.from - 18, height: height - 24}),
            svg('text', {class: 'silence-label', x: middle, y: 14, 'text-anchor': 'middle'},
                duration(silence.length)));
    }
    for (const time of axis.times) {
        const label = tickText(time);
        const half = textWidth(label) / 2;
        const x = Math.max(chartMargin + axis.x(time), half + 2);
        const isSilent = axis.silences.some((one) =>
            x + half > chartMargin + one.from + 4 && x - half < chartMargin + one.to - 4);
        if (x - half > free && !isSilent && label !== last) {
            chart.append(svg('text', {class: 'tick', x, y: 14, 'text-anchor': 'middle'}, label));
            free = x + half + 14;
            last = label;
        }
    }
}

function lanesChart(lanes, actions) {
    const axis = axisOf(lanes.flatMap((lane) => lane.marks.map((mark) => mark.time)), 980);
    const labels = lanes.map((lane) => textWidth(laneName(lane), 600) + textWidth(laneText(lane)));
    const width = Math.ceil(Math.max(axis.width + 2 * chartMargin + 24, ...labels.map((one) =>
        one + 12)));
    const chart = svg('svg', {class: 'chart lanes', role: 'group', 'aria-label': 'Time line'});
    const marks = [];
    let y = 60;
    let peers = null;

    const height = lanes.reduce((sum, lane, i) =>
        sum + laneHeight + (!i || lanes[i - 1].peers !== lane.peers ? 20 : 0), 34);
    axisDraw(chart, axis, height);
    for (const lane of lanes) {
        if (lane.peers !== peers) {
            peers = lane.peers;
            chart.append(svg('text', {class: 'lane-peers', x: 4, y: y - 18}, peers));
            y += 20;
        }
        marks.push(...laneDraw(chart, lane, axis, y, actions));
        y += laneHeight;
    }
    if (marks.length) {
        marks[0].setAttribute('tabindex', '0');
    }
    markKeys(chart, marks);
    chart.setAttribute('viewBox', `0 0 ${width} ${height}`);
    chart.setAttribute('width', width);
    chart.setAttribute('height', height);
    return chart;
}

const legendEntries = [
    ['request forward', () => messageMark({status: null, direction: 'forward'}, 0, 10, 10)],
    ['request backward', () => messageMark({status: null, direction: 'backward'}, 0, 10, 10)],
    ['response legal', () => fitShape('legal', 10, 10)],
    ['deviating', () => fitShape('deviating', 10, 10)],
    ['cannot tell', () => fitShape('unknown', 10, 10)],
    ['silence, shortened', () => svg('rect', {class: 'silence', x: 5, y: 1, width: 10, height: 18})],
    ...[['SYN', 'syn'], ['FIN', 'fin'], ['RST', 'rst'], ['close_notify, WebSocket Close',
        'close-notify'], ['capture gap', 'gap']].map(([word, kind]) => [word,
        () => svg('path', {class: `event ${kind}`, transform: 'translate(10 10) scale(.65)',
            d: eventShapes[kind](0, 0)})]),
];

function legend() {
    return html('ul', {class: 'legend'}, ...legendEntries.map(([word, draw]) => html('li', {},
        svg('svg', {viewBox: '0 0 20 20', 'aria-hidden': 'true', class: 'chart'}, draw()), word)));
}

// What of the drawing is not to scale, see axis.js.
const chartScale = (chart) => chart.querySelector('.silence')
    ? 'Not to scale: marks that are close are spread, and a silence is shortened to a grey band '
        + 'with its length above.'
    : 'Not to scale: marks that are close are spread.';

// The time line of these connections, by peers; choosing a mark shows the ladder of its transaction.
function timelineOf(capture, connections) {
    const lanes = connections.map((connection) => ({
        connection, marks: laneMarks(capture, connection),
        peers: connection.initiator ? `${hostOf(connection.initiator)} > ${connection.acceptor}`
            : 'Opener unknown',
    }));
    const first = new Map();
    lanes.forEach((lane, i) => first.has(lane.peers) || first.set(lane.peers, i));
    lanes.sort((a, b) => first.get(a.peers) - first.get(b.peers)
        || a.connection.id - b.connection.id);

    const pages = Math.ceil(lanes.length / lanesOnPage);
    return paged(pages, 1, (page) => {
        const shown = lanes.slice(page * lanesOnPage, (page + 1) * lanesOnPage);
        const readout = html('p', {class: 'readout', role: 'status'},
            'Point at a mark, or move among the marks with the arrow keys; Enter draws its ladder.');
        const place = html('div', {class: 'ladder-place'});
        const chart = lanesChart(shown, {
            tell(text) {
                readout.textContent = text;
            },
            choose(mark) {
                if (mark.transaction) {
                    place.replaceChildren(transactionLadder(capture, mark.transaction));
                }
            },
        });
        return html('figure', {class: 'drawing'},
            html('figcaption', {}, pages > 1
                ? `Time line, part ${page + 1} of ${pages}. ` : 'Time line. ', chartScale(chart)),
            html('div', {class: 'scroll', tabindex: '0'}, chart), readout, legend(), place);
    }, 'timeline');
}

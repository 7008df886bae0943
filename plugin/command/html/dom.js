// SPDX-License-Identifier: GPL-2.0-or-later
// Making elements. All text goes in as text nodes and attributes, never as markup: it may come from
// packets.

const svgNamespace = 'http://www.w3.org/2000/svg';

function filled(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes || {})) {
        if (typeof value === 'function') {
            element.addEventListener(name, value);
        } else if (value !== null && value !== undefined && value !== false) {
            element.setAttribute(name, value === true ? '' : value);
        }
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
}

const html = (tag, attributes, ...children) =>
    filled(document.createElement(tag), attributes, children);

const svg = (tag, attributes, ...children) =>
    filled(document.createElementNS(svgNamespace, tag), attributes, children);

const counted = (number, word) => `${number} ${word}${number === 1 ? '' : 's'}`;

// Microseconds since the first packet, as a time and as a length of time.
function clock(time) {
    return time === null ? '' : `${(time / 1e6).toFixed(6)} s`;
}

function duration(length) {
    const units = [[3600e6, 'h'], [60e6, 'min'], [1e6, 's'], [1e3, 'ms'], [1, 'µs']];
    const [size, unit] = units.find(([one]) => length >= one) || units[units.length - 1];
    return `${Number((length / size).toPrecision(3))} ${unit}`;
}

// Pixels that a text takes in a drawing, in the font that the page really got; weight as in CSS.
const measure = document.createElement('canvas').getContext('2d');

function textWidth(text, weight = 400) {
    measure.font = `${weight} 12px ${getComputedStyle(document.body).fontFamily}`;
    return measure.measureText(text).width;
}

// The shapes of severities are in the page already.
const severityWords = {error: 'Error', warn: 'Warning', note: 'Note', chat: 'Chat'};

function severityMark(severity) {
    return html('span', {class: `severity ${severity}`},
        svg('svg', {viewBox: '0 0 16 16', 'aria-hidden': 'true'},
            svg('use', {href: `#severity-${severity}`})),
        severityWords[severity] || severity);
}

// A display filter, with a button that copies it.
function filterCode(frames) {
    const shown = [...new Set(frames)].sort((a, b) => a - b);
    const code = html('code', {class: 'filter'}, `frame.number in {${shown.join(', ')}}`);
    const button = html('button', {
        type: 'button', class: 'copy', title: 'Copy this display filter',
        async click() {
            try {
                await navigator.clipboard.writeText(code.textContent);
                button.textContent = 'Copied';
            } catch {
                // No clipboard for pages from files here: it is marked, ready for the keyboard.
                getSelection().selectAllChildren(code);
                button.textContent = 'Marked';
            }
            setTimeout(() => { button.textContent = 'Copy'; }, 2000);
        },
    }, 'Copy');
    return html('span', {class: 'filter-line'}, code, button);
}

// Fills list with make(0) … make(count - 1), a page at a time.
function paged(count, size, make, className) {
    const list = html('div', {class: className});
    const range = html('span', {'aria-live': 'polite'});
    const back = html('button', {type: 'button', click: () => show(first - size)}, 'Previous');
    const on = html('button', {type: 'button', click: () => show(first + size)}, 'Next');
    let first = 0;

    function show(from) {
        first = from;
        const end = Math.min(first + size, count);
        list.replaceChildren(...Array.from({length: end - first}, (_, i) => make(first + i)));
        range.textContent = `${first + 1} to ${end} of ${count}`;
        back.disabled = first === 0;
        on.disabled = end === count;
    }

    show(0);
    return count <= size ? list
        : html('div', {}, list, html('div', {class: 'pager'}, back, range, on));
}

// A button that shows and hides what make() returns, made when first asked for.
function disclosure(words, make, isOpen) {
    const place = html('div', {class: 'disclosed', hidden: true});
    const button = html('button', {
        type: 'button', class: 'disclosure', 'aria-expanded': 'false',
        click() {
            if (!place.firstChild) {
                place.append(make());
            }
            place.hidden = !place.hidden;
            button.setAttribute('aria-expanded', String(!place.hidden));
        },
    }, words);
    if (isOpen) {
        button.click();
    }
    return [button, place];
}

// SPDX-License-Identifier: GPL-2.0-or-later
// The findings of a capture: all of them, in place of the few that stand in the static page.

const groupsOnPage = 10;
const findingsOnPage = 20;
const filterFrames = 200; // a display filter of more is too long to paste

// What of a finding can be drawn: its transaction, or the messages in its frames.
function findingMessages(capture, finding) {
    if (capture.byTransaction.has(finding.transaction)) {
        return capture.byTransaction.get(finding.transaction);
    }
    const frames = [...new Set([finding.frame, ...finding.related])].sort((a, b) => a - b);
    return frames.flatMap((frame) => capture.byFrame.get(frame) || []);
}

function findingElement(capture, finding, isDrawn) {
    const messages = findingMessages(capture, finding);
    const title = finding.transaction ? `Transaction ${finding.transaction}` : 'Messages';
    const related = finding.related.length ? `, see also ${finding.related.join(', ')}` : '';
    const ladder = messages.length
        ? disclosure('Ladder', () => ladderOf(capture, messages, title), isDrawn) : [];
    const [button, place] = ladder;

    return html('div', {class: 'finding'},
        html('p', {class: 'sentence'},
            finding.presumed ? html('span', {class: 'presumed'}, 'presumed') : null,
            finding.presumed ? ' ' : null, finding.text),
        html('p', {class: 'proof'},
            html('span', {class: 'clause'}, finding.clause || ''),
            html('span', {class: 'frames'}, `Frame ${finding.frame}${related}`),
            finding.count > 1 ? html('span', {class: 'times'}, `${finding.count} times`) : null,
            finding.hiddenBy
                ? html('span', {class: 'hidden-by'}, `Does not count: ${finding.hiddenBy}`) : null),
        html('div', {class: 'proof'}, filterCode([finding.frame, ...finding.related]), button),
        place);
}

function groupElement(capture, findings, isDrawn) {
    const frames = [...new Set(findings.map((finding) => finding.frame))];
    const rest = findings.slice(1);
    const group = html('section', {class: 'group'},
        html('h5', {}, html('span', {class: 'peers'}, findings[0].peers || 'Peers unknown'),
            rest.length
                ? html('span', {class: 'count'}, counted(findings.length, 'finding')) : null),
        findingElement(capture, findings[0], isDrawn));

    if (rest.length) {
        const more = disclosure(`Show ${rest.length} more`, () => {
            const few = frames.slice(0, filterFrames);
            return html('div', {},
                html('div', {class: 'proof'}, few.length < frames.length
                    ? `The first ${few.length} of ${frames.length} frames:` : 'All frames:',
                filterCode(few)),
                paged(rest.length, findingsOnPage, (i) => findingElement(capture, rest[i]), 'more'));
        });
        group.append(...more);
    }
    return group;
}

// The first picture of a grave rule is open, since most readers do not look for the button; but
// several rules often complain about one transaction, and one picture of it will do.
function hasOpenLadder(capture, element, finding) {
    const drawn = capture.drawnFor.get(finding.transaction);
    const isGrave = ['error', 'warn'].includes(element.dataset.severity);
    if (!isGrave || !finding.transaction || (drawn && drawn !== element)) {
        return false;
    }
    capture.drawnFor.set(finding.transaction, element);
    return true;
}

function ruleFill(capture, element, findings) {
    const groups = [...indexBy(findings, 'peers').values()];
    element.querySelector('.groups').replaceChildren(
        paged(groups.length, groupsOnPage, (i) => groupElement(capture, groups[i],
            i === 0 && hasOpenLadder(capture, element, groups[i][0])), 'group-list'));
}

// The controls above the findings; changed(filter) is called with what they say.
function findingFilter(rules, changed) {
    const severities = [...new Set(rules.map((rule) => rule.dataset.severity))];
    const filter = {severities: new Set(severities), rule: '', text: ''};
    const status = html('span', {class: 'status', 'aria-live': 'polite'});
    let timer = 0;

    function change() {
        status.textContent = changed(filter);
    }
    const boxes = severities.map((severity) => html('label', {class: 'choice'},
        html('input', {
            type: 'checkbox', checked: true,
            change(event) {
                filter.severities[event.target.checked ? 'add' : 'delete'](severity);
                change();
            },
        }), severityMark(severity)));
    const select = html('select', {
        'aria-label': 'Rule',
        change(event) {
            filter.rule = event.target.value;
            change();
        },
    }, html('option', {value: ''}, 'All rules'),
    ...rules.map((rule) => html('option', {value: rule.dataset.rule},
        rule.querySelector('summary code').textContent
        + (rule.classList.contains('known') ? ' (known)' : ''))));
    const search = html('input', {
        type: 'search', placeholder: 'Search text, address, frame', 'aria-label': 'Search findings',
        input(event) {
            clearTimeout(timer);
            timer = setTimeout(() => {
                filter.text = event.target.value.trim().toLowerCase();
                change();
            }, 150);
        },
    });
    return html('div', {class: 'filters', role: 'group', 'aria-label': 'Filter findings'},
        ...boxes, select, search, status);
}

function findingPasses(finding, filter) {
    return filter.severities.has(finding.severity)
        && (!filter.rule || String(finding.rule) === filter.rule)
        && (!filter.text || `${finding.text} ${finding.peers} ${finding.frame}`.toLowerCase()
            .includes(filter.text));
}

function findingsOpen(capture, section) {
    const rules = [...section.querySelectorAll('details.rule')];
    const place = section.querySelector('.findings');
    if (!place) {
        return;
    }

    function apply(filter) {
        const passing = capture.findings.filter((finding) => findingPasses(finding, filter));
        const byRule = indexBy(passing, 'rule');
        for (const rule of rules) {
            const findings = byRule.get(Number(rule.dataset.rule));
            rule.hidden = !findings;
            rule.classList.remove('ready');
            if (findings && rule.open) {
                ruleReady(rule, findings);
            }
        }
        shown = byRule;
        return passing.length === capture.findings.length ? counted(passing.length, 'finding')
            : `${passing.length} of ${counted(capture.findings.length, 'finding')}`;
    }
    function ruleReady(rule, findings) {
        if (!rule.classList.contains('ready')) {
            rule.classList.add('ready');
            ruleFill(capture, rule, findings);
        }
    }

    let shown = indexBy(capture.findings, 'rule');
    for (const rule of rules) {
        rule.addEventListener('toggle', () => {
            const findings = shown.get(Number(rule.dataset.rule));
            if (rule.open && findings) {
                ruleReady(rule, findings);
            }
        });
        if (rule.open && shown.has(Number(rule.dataset.rule))) {
            ruleReady(rule, shown.get(Number(rule.dataset.rule)));
        }
    }
    if (capture.findings.length > 1) {
        place.before(findingFilter(rules, apply));
    }
}

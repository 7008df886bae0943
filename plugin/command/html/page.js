// SPDX-License-Identifier: GPL-2.0-or-later
// Brings the page to life: captures when they are opened, light and dark, printing.

const themes = ['auto', 'light', 'dark'];

function themeButton() {
    const root = document.documentElement;
    const button = html('button', {
        type: 'button', class: 'theme',
        click() {
            const now = themes.indexOf(root.dataset.theme || 'auto');
            themeSet(themes[(now + 1) % themes.length]);
        },
    });

    function themeSet(theme) {
        root.dataset.theme = theme;
        button.textContent = `Colours: ${theme}`;
        button.title = 'As the system says, light, or dark';
    }

    themeSet('auto');
    return button;
}

function captureOpen(section) {
    if (section.classList.contains('ready') || !section.querySelector('script.data')) {
        return;
    }
    section.classList.add('ready');
    const capture = captureRead(section);
    findingsOpen(capture, section);
    connectionsOpen(capture, section);
    transactionsOpen(capture, section);
}

// A link into a closed part opens it.
function targetOpen() {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (!target) {
        return;
    }
    for (let one = target; one; one = one.parentElement) {
        if (one instanceof HTMLDetailsElement) {
            one.open = true;
        }
    }
    if (target.matches('details.capture')) {
        captureOpen(target);
    }
    target.scrollIntoView();
}

function printOpen() {
    for (const section of document.querySelectorAll('details.capture')) {
        section.open = true;
        captureOpen(section);
    }
    for (const rule of document.querySelectorAll('details.rule')) {
        rule.open = true;
    }
}

document.documentElement.classList.add('scripts');
document.querySelector('.tools').append(themeButton(),
    html('button', {type: 'button', click: () => print()}, 'Print'));
for (const section of document.querySelectorAll('details.capture')) {
    section.addEventListener('toggle', () => section.open && captureOpen(section));
    if (section.open) {
        captureOpen(section);
    }
}
addEventListener('hashchange', targetOpen);
addEventListener('beforeprint', printOpen);
targetOpen();

// SPDX-License-Identifier: GPL-2.0-or-later
// The time axis. SIP is bursts of milliseconds between silences of minutes: long silences are
// compressed to a fixed width and labelled, and close marks are spread so that they can be told
// apart. The axis is monotone but not linear, and says so by its labels.

const silenceWidth = 46;

// What counts as a silence: four times the usual distance of marks, and at least half a second.
function silenceThreshold(distances) {
    const sorted = [...distances].sort((a, b) => a - b);
    const usual = sorted[Math.floor((sorted.length - 1) / 2)] || 0;
    return Math.max(500e3, Math.min(usual * 4, 10e6));
}

// times: microseconds, any order. Returns {x(time), silences: [{from, to, length}], times, width}
// for a chart of at least that width; it gets wider when marks would lie on each other.
function axisOf(times, width) {
    const sorted = [...new Set(times)].sort((a, b) => a - b);
    const distances = sorted.slice(1).map((time, i) => time - sorted[i]);
    const threshold = silenceThreshold(distances);
    const isSilence = distances.map((distance) => distance > threshold);
    const silenceCount = isSilence.filter(Boolean).length;
    const steps = distances.length - silenceCount;
    const active = distances.reduce((sum, one, i) => sum + (isSilence[i] ? 0 : one), 0);
    const room = Math.max(width - silenceCount * silenceWidth, steps * 14);
    const least = steps ? Math.min(24, room * 0.7 / steps) : 0;
    const scale = active ? (room - least * steps) / active : 0;
    const positions = [0];
    const silences = [];

    distances.forEach((distance, i) => {
        const from = positions[i];
        const to = from + (isSilence[i] ? silenceWidth : least + distance * scale);
        positions.push(to);
        if (isSilence[i]) {
            silences.push({from, to, length: distance});
        }
    });

    const place = new Map(sorted.map((time, i) => [time, positions[i]]));
    return {x: (time) => place.get(time), silences, times: sorted,
        width: positions[positions.length - 1] || 0};
}

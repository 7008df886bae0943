#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# rpm.sh: packs the rpm for this machine's Wireshark and looks at it. It is for distributions that are
# not Debian, so it is not installed.
# Exit status: 0 only if it has what it should have.
set -euo pipefail
. "$(dirname "$0")/../../cmake/common.sh"

dir=$build_dir/rpm

# quietly COMMAND...: its output only if it fails.
quietly() {
    "$@" >"$dir/log" 2>&1 || {
        tail -n 40 "$dir/log" >&2
        die "$* failed."
    }
}

# has WHAT LINES LINE...: among the lines that rpm told are these.
has() {
    local what=$1 lines=$2 line
    shift 2
    for line in "$@"; do
        grep -qxF -e "$line" <<<"$lines" || die "the rpm $what no \"$line\", only: $lines"
    done
}

need_packages "${packages_build[@]}" rpm
mkdir -p "$dir"
configure "$dir" -DBUILD_TESTING=OFF
quietly cmake --build "$dir"
rm -rf "$dir/packages"
cd "$dir"
quietly cpack -G RPM

rpm=("$dir"/packages/*.rpm)
series=$(pkg-config --modversion wireshark | cut -d. -f1,2)
has contains "$(rpm -qpl "${rpm[0]}")" \
    "$(pkg-config --variable=plugindir wireshark)/epan/sipconn.so" /usr/bin/sipconn \
    /usr/share/man/man1/sipconn.1 /usr/share/doc/sipconn/installing.md \
    '/usr/share/wireshark/profiles/SIP connections/preferences'
requires=$(rpm -qpR "${rpm[0]}")
has requires "$requires" "wireshark-cli >= $series" \
    "wireshark-cli < ${series%.*}.$((${series#*.} + 1))"
grep -q '^libwireshark\.so\.[0-9]' <<<"$requires" || die "the rpm requires no libwireshark: $requires"
# Folders of others, which it must not own.
folders=$(rpm -qplv "${rpm[0]}" | grep '^d' | grep -v -e '/sipconn$' -e '/SIP connections$' || true)
[ -z "$folders" ] || die "the rpm owns folders of others: $folders"

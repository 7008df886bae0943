#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# run.sh [CAPTURE]: on a fresh Debian 12, installs what sipconn needs, builds it, installs it for
# all users, and reports on CAPTURE.
# Exit status: 2 if CAPTURE cannot be used, 1 if the set-up fails, else 0.
set -euo pipefail
. "$(dirname "$0")/common.sh"

[ $# -le 1 ] || die "takes one capture file." 2
capture=${1:-$source_dir/captures/f02-udp-rport-filled-not-used.pcapng}
# Neither an option of the commands below nor their standard input.
[[ $capture != -* ]] || capture=./$capture
[ -e "$capture" ] || die "$capture does not exist." 2
[ ! -d "$capture" ] || die "$capture is a directory, not a capture file." 2
[ -r "$capture" ] || die "$capture is not readable by $(id -un)." 2
[ -s "$capture" ] || die "$capture is empty." 2

need_debian_12
need_packages "${packages_build[@]}"

say "building sipconn in $build_dir"
configure "$build_dir"
cmake --build "$build_dir" --target sipconn_plugin sipconn_command || die "sipconn does not build."

# Nothing is installed anew that is there already: root is needed for it.
installed=$(pkg-config --variable=plugindir wireshark)/epan/sipconn.so
built=("$build_dir"/plugins/*/epan/sipconn.so)
if ! cmp -s "${built[0]}" "$installed" || ! cmp -s "$build_dir/sipconn" /usr/bin/sipconn; then
    say "installing sipconn for all users"
    as_root cmake --install "$build_dir" >/dev/null || die "could not install sipconn."
fi

exec /usr/bin/sipconn --fail-on never "$capture"

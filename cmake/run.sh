#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# run.sh [CAPTURE]: on a fresh Debian 12, installs what sipconn needs, builds it, installs it for
# all users, and prints where each SIP response of CAPTURE should have gone and where it went.
# Exit status: 2 if CAPTURE cannot be used, 1 if the set-up fails, else tshark's.
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

# Dissecting unknown packets needs no root.
unprivileged=()
if [ "$(id -u)" -eq 0 ]; then
    read -ra unprivileged <<<"setpriv $(setpriv_options) env HOME=/nonexistent"
fi
# captype succeeds for any file it can open, and calls those it does not know "unknown".
type=$("${unprivileged[@]}" captype "$capture" 2>/dev/null) && [[ $type != *': unknown' ]] ||
    die "$capture is not a capture file that Wireshark can read." 2

say "building sipconn in $build_dir"
configure "$build_dir"
cmake --build "$build_dir" --target sipconn || die "sipconn does not build."

installed=$(pkg-config --variable=plugindir wireshark)/epan/sipconn.so
built=("$build_dir"/plugins/*/epan/sipconn.so)
if ! cmp -s "${built[0]}" "$installed"; then
    say "installing $installed"
    as_root cmake --install "$build_dir" || die "could not install $installed."
fi

say "$capture"
exec "${unprivileged[@]}" tshark -r "$capture" -q -z sipconn,responses -z sipconn,findings

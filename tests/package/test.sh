#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# test.sh [SERIES...]: builds the deb and the archive for Wireshark 4.0, 4.4 and 4.6, or for those
# named, each in a root of the Debian release that has it, and tries them in another root that has
# nothing but apt. Of the rpm, packed here for this machine's Wireshark, the contents are looked at. The
# packages stay in build/packages. The roots are made once, below
# ${SIPCONN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sipconn}; remove them to take newer releases.
# Exit status: 77 if roots cannot be made or entered here, 1 if anything failed, else 0.
set -euo pipefail
. "$(dirname "$0")/../../cmake/common.sh"
. "$(dirname "$0")/roots.sh"

packages=$build_dir/packages

# build SERIES: its packages into $packages.
build() {
    local root=$cache/builder-$1-$architecture
    # shellcheck disable=SC2016 # expanded in the root
    root_enter "$root" sh -euc '
        # Nothing of another checkout, whose files may be newer than those here.
        rm -rf /build
        cmake -G Ninja -S /src -B /build -DSIPCONN_WERROR=ON -DBUILD_TESTING=OFF >/build.log 2>&1 &&
            cmake --build /build >>/build.log 2>&1 &&
            cmake --build /build --target personal-archive >>/build.log 2>&1 &&
            (cd /build && cpack -G DEB) >>/build.log 2>&1 || {
            tail -n 40 /build.log >&2
            exit 1
        }' || return
    cp "$root"/build/packages/*.deb "$root"/build/packages/*.tar.gz "$packages"
}

# The package of a series, and the archive.
deb_of() {
    printf '%s\n' "$packages"/sipconn_*+wireshark"$1"_"$architecture".deb
}

archive_of() {
    printf '%s\n' "$packages"/sipconn-*-wireshark"$1"-*.tar.gz
}

# try SERIES: in a copy, for the next run needs the root as it was.
try() {
    local series=$1 root=$cache/plain-$1-$architecture copy other others=() status=0
    copy=$(mktemp -d "$cache/try-$series.XXXXXX")
    chmod 755 "$copy"
    cp -a --reflink=auto "$root/." "$copy"
    cp "$(deb_of "$series")" "$(archive_of "$series")" "$copy/tmp"
    for other in "${wanted[@]}"; do
        [ "$other" != "$series" ] || continue
        cp "$(deb_of "$other")" "$copy/tmp"
        others+=("/tmp/$(basename "$(deb_of "$other")")")
    done
    root_enter "$copy" bash /src/tests/package/in_root.sh "$series" \
        "/tmp/$(basename "$(deb_of "$series")")" "/tmp/$(basename "$(archive_of "$series")")" \
        ${others[@]+"${others[@]}"} || status=$?
    rm -rf --one-file-system "$copy"
    return "$status"
}

wanted=("$@")
[ $# -gt 0 ] || wanted=("${all_series[@]}")
for series in "${wanted[@]}"; do
    [ -n "${suites[$series]:-}" ] || die "there is no release for Wireshark '$series'." 2
done
if ! can_enter_roots; then
    say "skipped: packages are tried in roots of Debian, and only root may enter those."
    exit 77
fi
need_debian_12
need_packages "${packages_build[@]}" debian-archive-keyring mmdebstrap rpm util-linux
mkdir -p "$cache" "$packages"
# Two runs at once must not build in the same root.
exec 8>"$cache/package-lock"
flock 8
rm -f "$packages"/sipconn*

failed=0
for series in "${wanted[@]}"; do
    root_make builder "$series"
    root_make plain "$series"
    say "building packages for Wireshark $series"
    build "$series" || die "there are no packages for Wireshark $series."
done
for series in "${wanted[@]}"; do
    if try "$series"; then
        say "passed  packages for Wireshark $series on Debian ${suites[$series]}"
    else
        say "FAILED  packages for Wireshark $series on Debian ${suites[$series]}"
        failed=1
    fi
done
if "$source_dir/tests/package/rpm.sh"; then
    say "passed  contents of the rpm"
else
    say "FAILED  contents of the rpm"
    failed=1
fi
exit "$failed"

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds the plugin against the Wireshark versions this machine does not have, 4.4 (Debian trixie)
# and 4.6 (Debian forky), and writes for each build/VERSION/tshark, a script that runs that version
# with the plugin, and likewise sharkd. Their packages are unpacked, without being installed, below
# ${SIPCONN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sipconn}, once; remove that folder to unpack newer
# ones.
set -euo pipefail
. "$(dirname "$0")/common.sh"

home=${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}
cache=$(realpath -m "${SIPCONN_CACHE:-${XDG_CACHE_HOME:-$home/.cache}/sipconn}")
architecture=$(dpkg --print-architecture)
# Written into every unpacked root; a root with another recipe is unpacked again.
recipe='tshark wireshark-dev, unpacked 1'

# The mirror apt already uses for Debian itself, as its Release file names it.
debian_mirror() {
    apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(COMPONENT)|$(REPO_URI)' \
        'Identifier: Packages' | awk -F'|' '$1 == "Debian" && $2 == "Debian" && $3 == "main" {
            print $4
            exit
        }'
}

# unpack SUITE DIR: the packages of tshark and wireshark-dev and all they depend on. Nothing of it
# runs while unpacking, so it takes neither root nor a chroot.
unpack() {
    local suite=$1 dir=$2 mirror work
    mirror=$(debian_mirror)
    if [ -z "$mirror" ]; then
        # A fresh container has no package lists, hence no Release file to learn it from.
        apt_get update || die "'apt-get update' failed: is there a network?"
        mirror=$(debian_mirror)
    fi
    [ -n "$mirror" ] || die "apt has no source with Debian's main component to take $suite from."

    say "unpacking Wireshark of Debian $suite from $mirror into $dir"
    work=$(mktemp -d "$dir.XXXXXX")
    # shellcheck disable=SC2064 # expanded now: $work is local
    trap "rm -rf $(printf '%q' "$work")" EXIT
    chmod 755 "$work"
    mkdir "$work/unpacked"

    local command=(mmdebstrap --quiet --variant=extract --mode=chrootless --format=tar
        --include=tshark,wireshark-dev
        # forky is not released: the validity of its Release file is short and mirrors lag.
        --aptopt='Acquire::Check-Valid-Until "false"')
    # mmdebstrap's apt does not read this machine's settings, of which a proxy is needed.
    local options option
    options=$(apt-config dump --no-empty Acquire::http Acquire::https)
    while IFS= read -r option; do
        [ -z "$option" ] || command+=(--aptopt="$option")
    done <<<"$options"
    command+=("$suite" - "deb $mirror $suite main")
    # As root the mode warns that it may damage the system; as nobody it cannot.
    if [ "$(id -u)" -eq 0 ]; then
        command=(setpriv --reuid=65534 --regid=65534 --clear-groups
            env HOME=/nonexistent TMPDIR=/tmp "${command[@]}")
    fi
    (cd / && "${command[@]}") | tar -x -C "$work/unpacked" --no-same-owner --exclude=./dev \
        --exclude=./usr/share/doc --exclude=./usr/share/man --exclude=./usr/share/locale ||
        die "could not unpack Debian $suite from $mirror: is there a network?"
    printf '%s\n' "$recipe" >"$work/unpacked/.sipconn-recipe"
    rm -rf "$dir"
    mv "$work/unpacked" "$dir"
    rm -rf "$work"
    trap - EXIT
}

# build VERSION SUITE
build() {
    local version=$1 suite=$2 dir=$build_dir/$1
    local root=$cache/wireshark-$version-$architecture
    if [ "$(cat "$root/.sipconn-recipe" 2>/dev/null)" != "$recipe" ]; then
        unpack "$suite" "$root"
    fi

    local configs=("$root"/usr/lib/*/cmake/wireshark)
    [ -f "${configs[0]}/WiresharkConfig.cmake" ] ||
        die "$root has no WiresharkConfig.cmake; remove that folder and try again."
    grep -q "^set(Wireshark_VERSION \"$version\\." "${configs[0]}/WiresharkConfig.cmake" ||
        die "Debian $suite does not have Wireshark $version any more (see $root)."

    say "building against Wireshark $version of Debian $suite"
    # The module is linked with this machine's compiler and GLib; only Wireshark's headers and
    # libraries come from the root. CMAKE_PREFIX_PATH would also find the root's own tools.
    configure "$dir" -DWireshark_DIR="${configs[0]}" -DBUILD_TESTING=OFF -DSIPCONN_WERROR=ON
    cmake --build "$dir" || die "the plugin does not build against Wireshark $version."

    # Run by its own dynamic loader and C library, which are newer than this machine's.
    local libraries=${configs[0]%/cmake/wireshark} interpreter loader
    interpreter=$(readelf -lW "$root/usr/bin/tshark" |
        sed -n 's/.*program interpreter: \(.*\)]/\1/p')
    for loader in "$root/usr$interpreter" "$root$interpreter" ''; do
        [ -n "$loader" ] || die "$root has no dynamic loader $interpreter."
        [ ! -e "$loader" ] || break
    done
    local program
    for program in tshark sharkd; do
        write_wrapper "$dir/$program" "$dir/plugins" "$root" \
            "$loader" --library-path "$libraries" "$root/usr/bin/$program"
    done
    "$dir/tshark" --version >"$dir/version.txt" 2>&1 && grep -q "$version" "$dir/version.txt" ||
        die "tshark $version does not run: $(head -n 1 "$dir/version.txt")"
    "$dir/tshark" -G protocols 2>&1 | awk -F'\t' '$3 == "sipconn" { found = 1 }
        END { exit !found }' || die "tshark $version does not load the plugin: $("$dir/tshark" --version 2>&1 | grep -i -m 1 sipconn)"
    say "Wireshark $version: $dir/tshark"
}

[ $# -eq 0 ] || die "takes no arguments." 2
need_debian_12
need_packages "${packages_build[@]}" "${packages_versions[@]}"
mkdir -p "$cache" "$build_dir"
# Two runs at once must not unpack into or build in the same folder.
exec 9>"$cache/lock"
flock 9
build 4.4 trixie
build 4.6 forky

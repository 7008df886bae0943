# SPDX-License-Identifier: GPL-2.0-or-later
# What the set-up scripts share. Sourced by them with bash; not a script of its own.

# Debian's own tools only: another python, cmake or compiler earlier in PATH would be used without
# ever having been tested.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
build_dir=$source_dir/build
export CC=gcc
unset CFLAGS CPPFLAGS LDFLAGS
# Root's tests run tshark as another user, who has to read what is built.
umask 022

# Names of the package sets below: what is needed to build and run, to test, and to unpack the
# other Wireshark versions.
packages_build=(build-essential cmake gcc libglib2.0-dev libglib2.0-dev-bin libjson-glib-dev
    libwireshark-dev ninja-build pkg-config tshark util-linux wireshark-common wireshark-dev)
packages_test=(clang clang-format jq libclang-rt-dev man-db parallel python3 python3-jsonschema
    python3-pytest python3-pytest-xdist rsync sqlite3 tcpdump valgrind)
# Windows under a server without a screen, driven and looked at; the browser for the HTML report.
packages_window=(chromium imagemagick openbox wireshark wmctrl x11-utils xauth xdotool xvfb)
packages_versions=(apt binutils ca-certificates debian-archive-keyring mmdebstrap tar util-linux)

say() {
    printf '== %s\n' "$*"
}

# die SENTENCE [STATUS]: the one line that tells why a script gave up.
die() {
    printf '%s: %s\n' "${0##*/}" "$1" >&2
    exit "${2:-1}"
}

need_debian_12() {
    local id version
    id=$(. /etc/os-release 2>/dev/null && printf '%s' "${ID:-}") || true
    version=$(. /etc/os-release 2>/dev/null && printf '%s' "${VERSION_ID:-}") || true
    [ "$id" = debian ] && [ "$version" = 12 ] ||
        die "this script sets up Debian 12 and this machine is '${id:-unknown} ${version:-}'; elsewhere install Wireshark's development files and use cmake directly."
}

# Runs a command as root, by way of sudo if need be.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "root is needed to install anything: run this script as root or install sudo."
    fi
}

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@"
}

# need_packages NAME...: installs what is missing, and touches nothing if nothing is.
need_packages() {
    local package missing=()
    for package in "$@"; do
        case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true) in
        installed) ;;
        *) missing+=("$package") ;;
        esac
    done
    [ "${#missing[@]}" -gt 0 ] || return 0

    say "installing ${missing[*]}"
    apt_get update || die "'apt-get update' failed: is there a network and are the apt sources right?"
    # Unattended, tshark's question whether ordinary users may capture takes its default: no.
    apt_get install --yes --no-install-recommends "${missing[@]}" >/dev/null ||
        die "could not install ${missing[*]}: is there a network and are the apt sources right?"
}

# configure DIR [OPTION...]: configures the project in DIR.
configure() {
    local dir=$1
    shift
    cmake -G Ninja -S "$source_dir" -B "$dir" "$@" >"$dir.log" 2>&1 || {
        cat "$dir.log" >&2
        die "cmake could not configure $dir."
    }
    rm -f "$dir.log"
}

# Options of setpriv that make a process of root an ordinary user that can still read root's files.
# Wireshark loads neither personal plugins nor WIRESHARK_PLUGIN_DIR for uid 0, and dissecting as
# root is unwise anyway; but root's checkout, captures and temporary folders are often closed to
# others. Containers commonly withhold dac_read_search and grant dac_override instead.
setpriv_options() {
    local capability user='--reuid=65534 --regid=65534 --clear-groups'
    for capability in dac_read_search dac_override; do
        local reading="--inh-caps=+$capability --ambient-caps=+$capability"
        # shellcheck disable=SC2086 # options, split on purpose
        if setpriv $user $reading true 2>/dev/null; then
            printf '%s %s' "$user" "$reading"
            return
        fi
    done
    printf '%s' "$user"
}

# write_wrapper FILE PLUGIN_DIR SYSROOT COMMAND...: FILE becomes a script that runs COMMAND, tshark
# or sharkd, with the plugins in PLUGIN_DIR and no personal settings. SYSROOT is where another
# version was unpacked, empty for the installed one.
write_wrapper() {
    local file=$1 plugins=$2 sysroot=$3
    shift 3
    local home=${file%/*}/home # its folder is made, too
    mkdir -p "$home"
    {
        printf '#!/bin/sh\n# Written by %s: %s with sipconn from the build tree.\n' \
            "${0##*/}" "${file##*/}"
        printf 'export HOME=%q WIRESHARK_PLUGIN_DIR=%q\n' "$home" "$plugins"
        printf 'unset XDG_CONFIG_HOME XDG_DATA_HOME WIRESHARK_CONFIG_DIR\n'
        if [ -n "$sysroot" ]; then
            printf 'export WIRESHARK_DATA_DIR=%q\n' "$sysroot/usr/share/wireshark"
        fi
        printf 'if [ "$(id -u)" -eq 0 ]; then\n    exec setpriv %s \\\n        ' "$(setpriv_options)"
        printf '%q ' "$@"
        printf '"$@"\nfi\nexec '
        printf '%q ' "$@"
        printf '"$@"\n'
    } >"$file.new"
    chmod 755 "$file.new"
    mv "$file.new" "$file"
}

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# in_root.sh SERIES DEB ARCHIVE [OTHER_DEB...]: run as root in a Debian that may be spoilt, by test.sh or
# in a container, with the checkout at ${SIPCONN_SOURCE:-/src}. Installs DEB, uses it as root and as
# another user, removes it and looks for what is left; the same with the archive for a home; packages
# for other series must be refused.
set -euo pipefail

series=$1 deb=$2 archive=$3
shift 3
source_dir=${SIPCONN_SOURCE:-/src}
capture=$source_dir/captures/f02-udp-rport-filled-not-used.pcapng
# The misrouted response that this capture is about.
rule=resp-rport-ignored

fail() {
    printf 'in_root.sh: %s\n' "$*" >&2
    exit 1
}

# There is no network: what apt needs is in its cache since the root was made.
apt() {
    apt-get -qq --yes --no-install-recommends "$@" >/tmp/apt.log 2>&1
}

# as_user COMMAND...: as an ordinary user with a home of its own.
user_home=/home/somebody
as_user() {
    env HOME="$user_home" setpriv --reuid=1000 --regid=1000 --clear-groups "$@"
}

as_root() {
    "$@"
}

# try WHO SIPCONN: the command and the plugin do their work for WHO, as_root or as_user.
try() {
    local who=$1 sipconn=$2 status=0
    "$who" "$sipconn" --version | grep -qF "for Wireshark $series" ||
        fail "$who: $("$who" "$sipconn" --version 2>&1)"
    "$who" tshark -G plugins 2>/tmp/tshark.err | grep -q '^sipconn' ||
        fail "$who: tshark does not list the plugin: $(cat /tmp/tshark.err)"
    "$who" "$sipconn" "$capture" >/tmp/report 2>&1 || status=$?
    [ "$status" -eq 1 ] && grep -q "$rule" /tmp/report ||
        fail "$who: status $status and no $rule in the report: $(cat /tmp/report)"
    "$who" tshark -C 'SIP connections' -r "$capture" -T fields -e sipconn.finding 2>/tmp/tshark.err |
        grep -q "$rule" || fail "$who: tshark with the profile: $(cat /tmp/tshark.err)"
}

# leftovers FOLDER...: files there that can only be ours.
leftovers() {
    find "$@" -xdev \( -path /tmp -o -path "$source_dir" -o -path /var/cache \) -prune -o \
        \( -iname '*sipconn*' -o -name 'SIP connections' \) -not -name .sipconn-recipe -print
}

mkdir -p "$user_home"
chown 1000:1000 "$user_home"

for other in "$@"; do
    ! apt --simulate install "$other" || fail "$other can be installed beside Wireshark $series."
done

# Of the one series, and of no library that another one has.
depends=$(dpkg-deb -f "$deb" Depends)
[[ $depends == *"tshark (>= $series), tshark (<< ${series%.*}.$((${series#*.} + 1))~)"* ]] ||
    fail "the package is not for tshark $series alone: $depends"
library=$(grep -oE 'libwireshark[0-9]+[a-z0-9]*' <<<"$depends") ||
    fail "the package does not depend on libwireshark: $depends"

apt install "$deb" || fail "apt does not install $deb: $(cat /tmp/apt.log)"
try as_root sipconn
try as_user sipconn
module=$(dpkg -L sipconn | grep '/epan/sipconn\.so$') || fail "the package has no plugin."
linked=$(ldd "$module" | awk '$1 ~ /^libwireshark\./ { print $3 }')
files=$(dpkg -L "$library")
grep -qxF -e "$linked" -e "/usr${linked#/usr}" <<<"$files" ||
    fail "the plugin is linked with $linked, which is not of $library."
for file in man/man1/sipconn.1.gz 'wireshark/profiles/SIP connections/preferences' \
    doc/sipconn/copyright sipconn/sipconn-json.schema.json bash-completion/completions/sipconn; do
    [ -s "/usr/share/$file" ] || fail "the package has no /usr/share/$file."
done
gzip -dc /usr/share/man/man1/sipconn.1.gz | grep -q '^\.TH' || fail "sipconn.1 is no man page."
# Of a profile that is chosen Wireshark keeps a folder in its user's home; that is not the package's.
rm -rf ~root/.config "$user_home/.config"
apt purge sipconn || fail "apt does not remove the package: $(cat /tmp/apt.log)"
[ -z "$(leftovers /)" ] || fail "left after removal: $(leftovers /)"
! tshark -G plugins 2>/dev/null | grep -q '^sipconn' || fail "tshark still has the plugin."

# The archive: for one user, with the tshark that is still there.
tar -xzf "$archive" -C /tmp
folder=/tmp/$(basename "$archive" .tar.gz)
! "$folder/install.sh" >/tmp/install.log 2>&1 || fail "install.sh installs for root."
printf '#!/bin/sh\necho "TShark (Wireshark) 3.6.2 (Git)"\n' >/tmp/older-tshark
chmod 755 /tmp/older-tshark
! as_user env TSHARK=/tmp/older-tshark "$folder/install.sh" 2>/tmp/install.log ||
    fail "install.sh installs for Wireshark 3.6."
grep -q 'is of Wireshark 3\.6' /tmp/install.log || fail "install.sh: $(cat /tmp/install.log)"
[ -z "$(leftovers "$user_home")" ] || fail "install.sh refuses, and yet installs."

as_user "$folder/install.sh" >/tmp/install.log 2>&1 || fail "install.sh: $(cat /tmp/install.log)"
try as_user "$user_home/.local/bin/sipconn"
as_user "$folder/install.sh" --uninstall >/tmp/install.log 2>&1 ||
    fail "install.sh --uninstall: $(cat /tmp/install.log)"
[ -z "$(leftovers "$user_home")" ] || fail "left by install.sh: $(leftovers "$user_home")"

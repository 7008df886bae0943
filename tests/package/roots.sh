# SPDX-License-Identifier: GPL-2.0-or-later
# Roots of Debian releases to build and to try packages in. Sourced with bash after cmake/common.sh;
# not a script of its own.

# Wireshark's series and the release that has it.
declare -A suites=([4.0]=bookworm [4.4]=trixie [4.6]=forky)
all_series=(4.0 4.4 4.6)

home=${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}
cache=$(realpath -m "${SIPCONN_CACHE:-${XDG_CACHE_HOME:-$home/.cache}/sipconn}")
architecture=$(dpkg --print-architecture)

# Written into every root; a root with another recipe is made anew.
recipe_builder='build-essential cmake file ninja-build pkg-config libglib2.0-dev libglib2.0-dev-bin
    libjson-glib-dev libwireshark-dev wireshark-dev tshark'
recipe_plain='tshark libjson-glib-1.0-0'

# can_enter_roots: whether this user may make and enter roots at all. Containers are often denied it.
can_enter_roots() {
    [ "$(id -u)" -eq 0 ] &&
        unshare --mount --pid --net --fork mount --bind /proc /proc 2>/dev/null
}

# root_enter ROOT COMMAND...: runs COMMAND in ROOT, with the checkout at /src and without a network,
# so that neither build nor test depends on one. All mounts are gone when it ends, and with them all
# processes, whatever happens.
root_enter() {
    local root=$1
    shift
    mkdir -p "$root/src"
    # shellcheck disable=SC2016 # expanded by the inner shell
    unshare --mount --pid --net --fork --kill-child sh -euc '
        root=$1 source=$2
        shift 2
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        mount --bind "$source" "$root/src"
        mount -o remount,bind,ro "$root/src"
        exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
            DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"' \
        sh "$root" "$source_dir" "$@"
}

# root_make KIND SERIES: makes $cache/KIND-SERIES-ARCHITECTURE if it is not there. KIND is
# "builder", with compiler and wireshark-dev, or "plain", a release with nothing but apt, and in
# apt's cache what the package will depend on.
root_make() {
    local kind=$1 suite=${suites[$2]} root=$cache/$1-$2-$architecture
    local recipe=recipe_$kind mirror='' work
    [ "$(cat "$root/.sipconn-recipe" 2>/dev/null)" != "${!recipe}" ] || return 0

    mirror=$(apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(COMPONENT)|$(REPO_URI)' \
        'Identifier: Packages' | awk -F'|' '$1 == "Debian" && $2 == "Debian" && $3 == "main" {
            print $4
            exit
        }')
    [ -n "$mirror" ] || die "apt has no lists of Debian's packages: run 'apt-get update'."
    say "making a root of Debian $suite from $mirror in $root"
    rm -rf "$root"
    mkdir -p "$cache"
    work=$(mktemp -d "$root.XXXXXX")
    chmod 755 "$work"

    # forky is not released: the validity of its Release file is short and mirrors lag.
    local command=(mmdebstrap --quiet --mode=root --format=directory
        --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Languages "none"'
        --dpkgopt=force-unsafe-io)
    # mmdebstrap's apt does not read this machine's settings, of which a proxy is needed.
    local option
    while IFS= read -r option; do
        [ -z "$option" ] || command+=(--aptopt="$option")
    done < <(apt-config dump --no-empty Acquire::http Acquire::https)
    if [ "$kind" = builder ]; then
        command+=(--variant=apt --include="$(printf '%s' "${!recipe}" | tr -s ' \n' ,)")
    else
        # What is downloaded now is found later without a network.
        command+=(--variant=apt --skip=cleanup/apt
            --customize-hook="chroot \"\$1\" apt-get clean"
            --customize-hook="chroot \"\$1\" apt-get -qq --yes --no-install-recommends \
                --download-only install ${!recipe}")
    fi
    "${command[@]}" "$suite" "$work" "deb $mirror $suite main" || {
        rm -rf --one-file-system "$work"
        die "could not make a root of Debian $suite from $mirror: is there a network?"
    }
    printf '%s\n' "${!recipe}" >"$work/.sipconn-recipe"
    mv "$work" "$root"
}

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# test.sh [--all-versions]: on a fresh Debian 12, installs what the tests need and runs them all:
# formatting, warnings of gcc and clang, unit tests (plain and under sanitizers), fuzzing, captures
# and hostile input through tshark, the command, Wireshark's window, the HTML report in a browser. With
# --all-versions captures and command go through Wireshark 4.4 and 4.6 as well, and packages are
# installed, used and removed on Debian 12, 13 and 14, if this user may enter roots of them.
# Exit status: 0 only if everything passed.
set -euo pipefail
. "$(dirname "$0")/common.sh"

all_versions=false
case "$#:${1:-}" in
0:) ;;
1:--all-versions) all_versions=true ;;
*) die "the only argument it knows is --all-versions." 2 ;;
esac

results=()
failed=0

# step NAME COMMAND...: runs COMMAND, and notes whether it passed, or with status 77 could not be run
# here. A failure does not keep the later steps from running: one run shows all that is wrong.
step() {
    local name=$1 status
    shift
    say "$name"
    # A subshell outside any condition, so that 'set -e' stays in force inside COMMAND.
    set +e
    (
        set -e
        "$@"
    )
    status=$?
    set -e
    if [ "$status" -eq 0 ]; then
        results+=("passed  $name")
    elif [ "$status" -eq 77 ]; then
        results+=("skipped $name")
    else
        results+=("FAILED  $name")
        failed=1
    fi
}

check_format() {
    find "$source_dir/plugin" "$source_dir/tests" -name '*.[ch]' -print0 |
        xargs -0 -r clang-format --dry-run -Werror
}

build_native() {
    configure "$build_dir" -DSIPCONN_WERROR=ON -DBUILD_TESTING=ON
    cmake --build "$build_dir"
    local plugins=$build_dir/plugins program
    for program in tshark sharkd; do
        write_wrapper "$build_dir/$program" "$plugins" '' "/usr/bin/$program"
        write_wrapper "$build_dir/valgrind/$program" "$plugins" '' valgrind "/usr/bin/$program"
    done
}

build_with_clang() {
    configure "$build_dir/clang" -DCMAKE_C_COMPILER=clang -DSIPCONN_WERROR=ON
    cmake --build "$build_dir/clang"
}

test_units() {
    ctest --test-dir "$1" --output-on-failure --no-tests=error
}

test_units_sanitized() {
    configure "$build_dir/sanitize" -DSIPCONN_SANITIZE=ON -DSIPCONN_WERROR=ON
    cmake --build "$build_dir/sanitize"
    # Wireshark itself knows nothing of the sanitizers. Its own leaks would be reported too: valgrind
    # tells them from the plugin's.
    local program preload
    preload=$(gcc -print-file-name=libasan.so)
    for program in tshark sharkd; do
        write_wrapper "$build_dir/sanitize/$program" "$build_dir/sanitize/plugins" '' \
            env "LD_PRELOAD=$preload" ASAN_OPTIONS=detect_leaks=0 "/usr/bin/$program"
    done
    test_units "$build_dir/sanitize"
}

# The tsharks with the plugin, as the tests want them: "version=path ...".
built_tsharks() {
    local tsharks=("$build_dir"/plugins/*/epan/sipconn.so) native
    [ -x "$build_dir/tshark" ] && [ -f "${tsharks[0]}" ] || die "there is no plugin to test."
    native=${tsharks[0]#"$build_dir/plugins/"}
    tsharks=("${native%%/*}=$build_dir/tshark")
    if $all_versions; then
        tsharks+=("4.4=$build_dir/4.4/tshark" "4.6=$build_dir/4.6/tshark")
    fi
    printf '%s' "${tsharks[*]}"
}

# run_pytest ARGUMENT...: in the checkout, against what was built.
run_pytest() {
    local tsharks
    tsharks=$(built_tsharks)
    cd "$source_dir"
    SIPCONN_BUILD=$build_dir SIPCONN_COMMAND=$build_dir/sipconn SIPCONN_TSHARKS=$tsharks \
        PYTHONDONTWRITEBYTECODE=1 PYTHONNOUSERSITE=1 \
        /usr/bin/python3 -m pytest -q -p no:cacheprovider "$@"
}

# SIPCONN_TSHARKS separates its entries by blanks.
[[ $source_dir != *[[:space:]]* ]] || die "the path of the checkout must not contain blanks."
need_debian_12
need_packages "${packages_build[@]}" "${packages_test[@]}" "${packages_window[@]}"
mkdir -p "$build_dir"
# What an earlier run built must not pass for what this one failed to build.
rm -f "$build_dir/tshark" "$build_dir/sharkd" "$build_dir/sipconn"
! $all_versions || rm -f "$build_dir"/4.?/tshark "$build_dir"/4.?/sharkd

step "format" check_format
step "build with gcc" build_native
step "build with clang" build_with_clang
step "unit tests" test_units "$build_dir"
step "unit tests under AddressSanitizer and UBSan" test_units_sanitized
step "half a minute of fuzzing" env SIPCONN_FUZZ_BUILD="$build_dir/fuzz" "$source_dir/tests/fuzz/run.sh"
if $all_versions; then
    step "build against Wireshark 4.4 and 4.6" "$source_dir/cmake/wireshark-versions.sh"
fi
step "hostile input through tshark" run_pytest -n auto tests/hostile
step "captures through tshark" run_pytest -n auto tests/tshark
step "the command" run_pytest -n auto tests/command
step "Wireshark's window" run_pytest tests/gui/test_wireshark.py
step "the HTML report in a browser" run_pytest -n auto tests/gui/report
if $all_versions; then
    step "packages" nice "$source_dir/tests/package/test.sh"
fi

say "summary"
printf '%s\n' "${results[@]}"
exit "$failed"

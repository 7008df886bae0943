#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# run.sh [SECONDS]: fuzzes the core in a build of its own: SIPCONN_FUZZ_BUILD, else build-fuzz beside the
# sources. For about that long, half of it each target, going on from what earlier runs learnt (in
# learnt/ of the build); without SECONDS for as many inputs as take half a minute, from the seeds alone
# and the same ones each time. Status 0: nothing was found. What was found stays in found/.
set -euo pipefail

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
build_dir=${SIPCONN_FUZZ_BUILD:-$source_dir/build-fuzz}
seconds=${1:-}
status=0

cmake -S "$source_dir" -B "$build_dir" -G Ninja -DCMAKE_C_COMPILER=clang -DSIPCONN_FUZZ=ON >/dev/null
cmake --build "$build_dir" --target fuzz_message fuzz_analysis seeds >/dev/null

# GLib's slices would hide overruns from the sanitizers.
export G_SLICE=always-malloc G_DEBUG=fatal-criticals

# fuzz NAME BYTES RUNS: the longest input is of that size.
fuzz() {
    local dir=$build_dir/tests/fuzz found=$build_dir/found limit learnt
    if [ -n "$seconds" ]; then
        limit=-max_total_time=$(((seconds + 1) / 2))
        learnt=$build_dir/learnt/$1
    else
        limit=-runs=$3
        learnt=$build_dir/learnt/once/$1
        rm -rf "$learnt"
    fi
    mkdir -p "$learnt" "$found"
    printf '== %s\n' "$1"
    "$dir/fuzz_$1" -seed=1 "$limit" -max_len="$2" -timeout=5 -rss_limit_mb=1024 \
        -dict="$source_dir/tests/fuzz/sip.dict" -artifact_prefix="$found/$1-" \
        -print_final_stats=1 -verbosity=0 "$learnt" "$dir/seeds/$1" || status=1
}

fuzz message 4096 200000
fuzz analysis 8192 4000
exit $status

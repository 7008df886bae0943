#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# run.sh [SECONDS]: fuzzes the core for about that long (30), half of it each target, in a build of
# its own: SIPCONN_FUZZ_BUILD, else build-fuzz beside the sources. Status 0: nothing was found. What
# was found stays in the build, in found/; what the fuzzer learnt stays in learnt/ for the next run.
set -euo pipefail

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
build_dir=${SIPCONN_FUZZ_BUILD:-$source_dir/build-fuzz}
seconds=${1:-30}
status=0

cmake -S "$source_dir" -B "$build_dir" -G Ninja -DCMAKE_C_COMPILER=clang -DSIPCONN_FUZZ=ON >/dev/null
cmake --build "$build_dir" --target fuzz_message fuzz_analysis seeds >/dev/null

# GLib's slices would hide overruns from the sanitizers.
export G_SLICE=always-malloc G_DEBUG=fatal-criticals

# fuzz NAME BYTES: the longest input is of that size.
fuzz() {
    local dir=$build_dir/tests/fuzz learnt=$build_dir/learnt/$1 found=$build_dir/found
    mkdir -p "$learnt" "$found"
    printf '== %s\n' "$1"
    # A fixed seed, so that a short run from the seeds alone says the same every time.
    "$dir/fuzz_$1" -seed=1 -max_total_time=$(((seconds + 1) / 2)) -max_len="$2" -timeout=5 \
        -rss_limit_mb=1024 -dict="$source_dir/tests/fuzz/sip.dict" -artifact_prefix="$found/$1-" \
        -print_final_stats=1 -verbosity=0 "$learnt" "$dir/seeds/$1" || status=1
}

fuzz message 4096
fuzz analysis 8192
exit $status

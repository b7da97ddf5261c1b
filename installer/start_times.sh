#!/usr/bin/env bash
# How long the window takes to be seen and to be used, warm, of several programs in turn: medians and
# worst of ROUNDS starts each, in milliseconds from before the program is started.
# Usage: [ROUNDS=15] installer/start_times.sh PROJECT NAME=PROGRAM...     (needs a display, or xvfb-run)
set -euo pipefail
project=$1
shift
rounds=${ROUNDS:-15}
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

start() {
    local name=$1 program=$2 before
    before=$(date +%s%N)
    # shellcheck disable=SC2086 # a program may have arguments: chroot FOLDER vitrine
    $program "$project" --start-times 2>/dev/null |
        awk -v before="$before" -v name="$name" '{ print name, $1, ($2 - before) / 1e6 }' >>"$results/all"
}

for ((round = 0; round <= rounds; round++)); do
    [[ $round -ne 1 ]] || : >"$results/all" # the first start of each only warms
    for one in "$@"; do start "${one%%=*}" "${one#*=}"; done
done
for one in "$@"; do
    for what in first_picture interactive; do
        sed -n "s/^${one%%=*} $what //p" "$results/all" | sort --numeric-sort |
            awk -v name="${one%%=*}" -v what="$what" '{ value[NR] = $1 }
                END { printf "%-10s %-14s %d starts: median %4.0f ms, least %4.0f, most %4.0f\n",
                      name, what, NR, value[int((NR + 1) / 2)], value[1], value[NR] }'
    done
done

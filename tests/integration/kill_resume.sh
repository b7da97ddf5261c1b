#!/usr/bin/env bash
# Trains once undisturbed; then COUNT times the same training that is killed (SIGKILL) at random
# moments, resumed each time, and has to end with the same bytes in weights.safetensors. Where the
# options do not fix the number of threads, every life of a run has another one.
# Usage: kill_resume.sh PROJECT COUNT [OPTIONS of vitrine-cli train: --data, --epochs, --seed …]
# Environment: VITRINE_CLI    the program, if not build/release/bin/vitrine-cli
#              KILL_SEED      moments of an earlier campaign again (as far as a clock allows)
#              KILL_RUNS      folder for the runs; without it they go when all is well
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cli=${VITRINE_CLI:-$root/build/release/bin/vitrine-cli}

if [[ $# -lt 2 || ! $2 =~ ^[0-9]+$ ]]; then
    sed -n '5,8s/^# //p' "${BASH_SOURCE[0]}" >&2
    exit 2
fi
project=$1 count=$2
shift 2
options=(--checkpoint-every 0.1 "$@")
vary_threads=true
[[ " $* " != *" --threads"* ]] || vary_threads=false

RANDOM=${KILL_SEED:=$$}
if [[ -n ${KILL_RUNS:-} ]]; then
    mkdir -p "$KILL_RUNS"
    runs=$(cd "$KILL_RUNS" && pwd)
else
    runs=$(mktemp -d)
fi
failed=0
pid=
# Called through the trap.
# shellcheck disable=SC2317
clean_up() {
    local status=$?
    [[ -z $pid ]] || kill -KILL "$pid" 2>/dev/null || true
    if [[ $status -eq 0 && -z ${KILL_RUNS:-} ]]; then
        rm -rf "$runs"
    else
        printf 'The runs are in %s\n' "$runs"
    fi
}
trap clean_up EXIT

now_ms() { echo $((${EPOCHREALTIME/[.,]/} / 1000)); }

digest() { sha256sum <"$1" | cut -d' ' -f1; }

# start RUN: a new run, or the next life of one that was killed, in the background. Leaves its pid.
start() {
    local run=$1 life=("${options[@]}")
    if [[ -e $run/run.json ]]; then # before that there is nothing to go on with
        life+=(--resume "$run")
    else
        life+=(--out "$run")
    fi
    ! $vary_threads || life+=(--threads $((RANDOM % 4 + 1)))
    "$cli" train "$project" "${life[@]}" </dev/null >>"$run.out" 2>>"$run.err" &
    pid=$!
}

# finish: waits for the process that start made, and gives its status. Bash's own words about
# killed processes are of no interest.
finish() {
    local status=0
    wait "$pid" 2>/dev/null || status=$?
    pid=
    return "$status"
}

# disturb RUN: kills lives of the run, each at a random moment within its first `longest_ms`. Counts
# the hits in `kills`. Random numbers are drawn here and not in $(…), which would not move them on.
disturb() {
    local run=$1 lives=$((RANDOM % 4 + 2)) moment status
    kills=0
    for ((; lives > 0; --lives)); do
        start "$run"
        moment=$(((RANDOM * 32768 + RANDOM) % longest_ms))
        sleep "$((moment / 1000)).$(printf '%03d' $((moment % 1000)))"
        kill -KILL "$pid" 2>/dev/null || true
        status=0
        finish || status=$?
        [[ $status -ne 0 ]] || return 0 # it was done before its moment came
        [[ $status -eq 137 ]] || return "$status"
        kills=$((kills + 1))
    done
}

# judge RUN: disturbs and completes it, and says in `verdict` what became of it.
judge() {
    local run=$1 strays
    if ! disturb "$run"; then
        verdict="ended by itself before it was killed: see $run.err"
    elif ! [[ -e $run/weights.safetensors ]] && ! { start "$run" && finish; }; then
        verdict="did not resume: see $run.err"
    elif [[ $kills -eq 0 ]]; then
        verdict="was never killed: too short a training"
    elif [[ $(digest "$run/weights.safetensors") != "$expected" ]]; then
        verdict="other weights"
    else
        strays=$(find "$run" -name '*.vitrine-tmp' | wc -l)
        verdict=passed
        [[ $strays -eq 0 ]] || verdict="$strays temporary files were left"
    fi
}

printf 'KILL_SEED=%s\n' "$KILL_SEED"
began=$(now_ms)
start "$runs/undisturbed"
finish || { cat "$runs/undisturbed.err" >&2; exit 1; }
whole_ms=$(($(now_ms) - began))
longest_ms=$((whole_ms * 2 / 3 + 1))
expected=$(digest "$runs/undisturbed/weights.safetensors")
printf '%-12s %5s  %-16s  %s\n' run kills sha256 verdict
printf '%-12s %5s  %.16s  %d.%03d s\n' undisturbed - "$expected" $((whole_ms / 1000)) $((whole_ms % 1000))

for ((i = 1; i <= count; ++i)); do
    run="$runs/killed-$i"
    judge "$run"
    found=-
    [[ ! -e $run/weights.safetensors ]] || found=$(digest "$run/weights.safetensors")
    printf '%-12s %5d  %-16.16s  %s\n' "killed-$i" "$kills" "$found" "$verdict"
    if [[ $verdict != passed ]]; then
        failed=$((failed + 1))
    elif [[ -z ${KILL_RUNS:-} ]]; then
        rm -rf "$run" "$run.out" "$run.err"
    fi
done
printf '%d passed, %d failed\n' $((count - failed)) "$failed"
[[ $failed -eq 0 ]]

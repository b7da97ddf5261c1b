# shellcheck shell=bash
# What ./run and ./test share: missing packages, configure, build. Sourced.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*"; }

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

# quietly LOG COMMAND...: the command's output goes to build/logs/LOG and is shown where it fails.
quietly() {
    local log="$root/build/logs/$1"
    shift
    mkdir -p "$root/build/logs"
    if ! "$@" </dev/null >"$log" 2>&1; then
        tail -n 40 "$log" >&2
        fail "Failed: $*" "The whole output is in $log."
    fi
}

as_root() {
    if [[ $EUID -eq 0 ]]; then
        "$@"
    else
        sudo "$@"
    fi
}

# Names in the files given that are not installed, one a line.
missing_packages() {
    local name
    while read -r name; do
        dpkg-query --show --showformat='${db:Status-Status}\n' "$name" 2>/dev/null |
            grep -qx installed || say "$name"
    done < <(sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$@")
}

# install_packages [FILE...]: what cmake/packages.txt names, and those files.
install_packages() {
    if ! command -v dpkg-query >/dev/null; then
        say "This is not a Debian system: what cmake/packages.txt names has to be there already."
        return
    fi
    local missing
    mapfile -t missing < <(missing_packages "$root/cmake/packages.txt" "$@")
    [[ ${#missing[@]} -gt 0 ]] || return 0
    if [[ $EUID -ne 0 ]] && ! command -v sudo >/dev/null; then
        fail "Packages are missing, and installing them needs root. As root:" \
            "    apt-get install --no-install-recommends ${missing[*]}"
    fi
    say "Installing ${#missing[@]} packages: ${missing[*]}"
    [[ $EUID -eq 0 ]] || sudo --validate # asks for the password here, where it can be seen
    quietly apt-update.log as_root apt-get -q update
    quietly apt-install.log as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -q -y install --no-install-recommends "${missing[@]}"
}

# build PRESET [TARGET...]: configures the preset and builds its targets, or all of them.
build() {
    local preset=$1 options=()
    shift
    [[ $# -eq 0 ]] || options+=(--target "$@")
    [[ -t 1 ]] || options+=(-- --quiet)
    say "Building ($preset)"
    quietly "configure-$preset.log" cmake -S "$root" --preset "$preset"
    cmake --build "$root/build/$preset" "${options[@]}" </dev/null
}

# counts PRESET: what the tests of the last run have counted, as they print it (tests/support/counts.h).
counts() {
    local log=$root/build/$1/Testing/Temporary/LastTest.log
    [[ -r $log ]] || return 0
    sed -n 's/^count: \([0-9]*\) \(.*\)/\1 \2/p' "$log" | sort -k2 |
        awk '{ n = $1; sub(/^[0-9]+ /, ""); printf "%6d  %s\n", n, $0 }'
}

# run_tests PRESET [OPTIONS of ctest]: ctest's status.
run_tests() {
    local preset=$1 status=0 counted
    shift
    say "Testing ($preset)"
    (cd "$root" && ctest --preset "$preset" --parallel "$(nproc)" "$@" </dev/null) || status=$?
    counted=$(counts "$preset")
    [[ -z $counted ]] || printf '%s\n' "" "Counted in this run:" "$counted"
    return "$status"
}

#!/usr/bin/env bash
# What an archive of this build would hold: everything that it needs, nothing that is newer than
# Ubuntu 22.04, and programs that run wherever the folder is put. Nothing is packed.
# Usage: tests/integration/archive.sh BUILD_FOLDER
set -euo pipefail
build=$1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0

# check WORDS COMMAND...: runs it and says how it went; its output is shown where it fails.
check() {
    local words=$1
    shift
    if "$@" >"$scratch/output" 2>&1; then
        printf 'ok      %s\n' "$words"
    else
        printf 'FAILED  %s\n' "$words"
        sed 's/^/        /' "$scratch/output"
        failures=$((failures + 1))
    fi
}

# refuses WORDS FOLDER: the check of the archive fails, and says those words.
refuses() {
    ! "$root/installer/check_archive.sh" "$2" >"$scratch/refusal" 2>&1 && grep --quiet -- "$1" "$scratch/refusal" ||
        { cat "$scratch/refusal" && return 1; }
}

# In an empty environment, so that only the folder itself says where things are.
bare() { env --ignore-environment HOME="$scratch" LC_ALL=C.UTF-8 QT_QPA_PLATFORM=offscreen "$@"; }

version_is() { [[ $("$1" --version) == "vitrine $2" ]]; }

# Without the program that asks it, it says so by its status; one that finds no library has another.
starts_alone() {
    local status=0
    bare "$1" || status=$?
    [[ $status -eq 2 ]]
}

loads_only_its_own() {
    bare LD_DEBUG=files LD_DEBUG_OUTPUT="$scratch/loaded" "$1/bin/vitrine" "$1/share/vitrine/projects/digits_lenet" \
        --grab "$scratch/window.png" --after 0.1
    [[ $(head --bytes 4 "$scratch/window.png" | tail --bytes 3) == PNG ]]
    grep --quiet "calling init: $1/lib/vitrine/libQt6Widgets" "$scratch"/loaded.*
    local strangers
    strangers=$(sed -n 's/.*calling init: //p' "$scratch"/loaded.* | grep --invert-match "^$1/" |
        grep --invert-match --extended-regexp '/(ld-linux-x86-64|lib(c|m|stdc\+\+|gcc_s|expat))\.so[^/]*$' || true)
    [[ -z $strangers ]] || { printf '%s\n' "$strangers" && return 1; }
}

every_library_is_listed() {
    local name row licence missing=0
    while read -r name; do
        row=$(grep "^$name " "$1/LIBRARIES.txt") || { echo "$name is not listed" && missing=1 && continue; }
        licence=$(awk '{ print $2 }' <<<"$row")
        [[ -s $1/$licence && $row == *https://snapshot.debian.org/package/*/* ]] || { echo "$row" && missing=1; }
    done < <(find "$2" -name '*.so*' ! -name libvitrine_cuda.so -printf '%f\n')
    return $missing
}

# Options that the program tells and its manual page does not.
manual_has_all_options() {
    local page option
    page=$(gunzip --stdout "$2" | sed 's/\\-/-/g')
    for option in $("$1" "${@:3}" --help | grep --only-matching --extended-regexp -- '--[a-z-]+' | sort -u); do
        grep --quiet -- "$option" <<<"$page" || { echo "$option" && return 1; }
    done
}

version=$(sed -n 's/^project(Vitrine VERSION \([0-9.]*\).*/\1/p' "$root/CMakeLists.txt")
folder=$scratch/archive
for component in program bundle; do
    cmake --install "$build" --component $component --prefix "$folder" >/dev/null
done
check "symbols and libraries" "$root/installer/check_archive.sh" "$folder"

moved="$scratch/another place"
mv "$folder" "$moved"
check "vitrine-cli runs elsewhere" version_is "$moved/bin/vitrine-cli" "$version"
check "the decoder starts elsewhere" starts_alone "$moved/lib/vitrine/vitrine-decode"
check "and so does the process that uses devices" starts_alone "$moved/lib/vitrine/vitrine-device"
check "vitrine --version needs no display" bare QT_QPA_PLATFORM=xcb "$moved/bin/vitrine" --version
check "the window loads nothing else of the system" loads_only_its_own "$moved"
check "libraries are listed with licence and source" \
    every_library_is_listed "$moved/share/doc/vitrine" "$moved/lib/vitrine"
check "manual of vitrine" manual_has_all_options "$moved/bin/vitrine" "$moved/share/man/man1/vitrine.1.gz"
for command in train eval predict tape check ops devices; do
    check "manual of vitrine-cli $command" \
        manual_has_all_options "$moved/bin/vitrine-cli" "$moved/share/man/man1/vitrine-cli.1.gz" $command
done

# The check itself: libexpat of Debian 12 is newer, and three things that must not be there.
planted=$scratch/planted
mkdir "$planted"
cp --dereference "$(ldd "$moved/bin/vitrine" | awk '/libexpat/ { print $3 }')" "$planted/libexpat.so.1"
check "the check sees what is too new" refuses "libexpat.so.1 needs GLIBC_2.36, wanted at most 2.35" "$planted"
cp "$moved/lib/vitrine/libgvc.so.6" "$planted"
check "the check sees what is missing" refuses "libgvc.so.6 needs libcgraph.so.6, which is not in the folder" "$planted"
touch "$planted/libcublasLt.so.13"
check "the check sees libraries of NVIDIA" refuses "libcublasLt.so.13 is a library of NVIDIA" "$planted"

printf '%d failures\n' "$failures"
[[ $failures -eq 0 ]]

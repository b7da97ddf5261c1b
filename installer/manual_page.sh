#!/usr/bin/env bash
# Writes a manual page on standard output: TEMPLATE with the options of PROGRAM, as its own help has
# them, in place of the lines @OPTIONS@ and @COMMANDS@. Its date is SOURCE_DATE_EPOCH where that is set.
# Usage: installer/manual_page.sh TEMPLATE PROGRAM VERSION
set -euo pipefail
template=$1 program=$2 version=$3
date=$(date --utc --date "@${SOURCE_DATE_EPOCH:-$(date +%s)}" +%Y-%m-%d)

# Two columns of a help text, from standard input, as a list of roff.
options() {
    awk '
        function roff(text) { gsub(/\\/, "\\e", text); gsub(/-/, "\\-", text); return text }
        function flush() { if (name != "") printf ".TP\n.B %s\n%s\n", roff(name), roff(words) }
        /^  ?[^ ]/ {
            flush()
            line = substr($0, 3)
            name = line; sub(/  +.*/, "", name); sub(/ REQUIRED/, "", name)
            sub(/ TEXT/, name ~ /^-/ ? " VALUE" : "", name)
            words = line; if (!sub(/^[^ ]+( [^ ]+)*  +/, "", words)) words = ""
            next
        }
        /^   / && name != "" { sub(/^ +/, ""); words = words (words == "" ? "" : " ") $0; next }
        { flush(); name = "" }
        END { flush() }
    '
}

commands() {
    local command
    while read -r command; do
        printf '.SS %s\n' "$command"
        "$program" "$command" --help | head -n 1 | sed 's/-/\\-/g; s/$/./'
        "$program" "$command" --help | options
    done < <("$program" --help | sed -n '/^Subcommands:/,$s/^  \([a-z_-]*\) .*/\1/p')
}

while IFS= read -r line; do
    case $line in
        @OPTIONS@) "$program" --help | options ;;
        @COMMANDS@) commands ;;
        *)
            line=${line//@VERSION@/$version}
            printf '%s\n' "${line//@DATE@/$date}"
            ;;
    esac
done <"$template"

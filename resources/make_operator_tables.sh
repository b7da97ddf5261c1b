#!/usr/bin/env bash
# Writes resources/operators.md and README's table of operators anew, from the registry.
# Usage: resources/make_operator_tables.sh
set -euo pipefail
# shellcheck source=../cmake/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../cmake/common.sh"
page="$root/resources/operators.md"

install_packages
build release vitrine-cli
made=$(mktemp)
trap 'rm -f "$made"' EXIT
"$root/build/release/bin/vitrine-cli" ops --markdown >"$made"
cat "$made" >"$page"
# A table's lines are those that begin with a bar; the first in either file is the one meant.
awk -v page="$page" '
    /^\| category \| operators \|$/ && !isDone {
        while ((getline line < page) > 0) {
            if (line ~ /^\| category/) isTable = 1
            if (isTable && line !~ /^\|/) break
            if (isTable) print line
        }
        isDone = skips = 1
    }
    skips && !/^\|/ { skips = 0 }
    !skips' "$root/README.md" >"$made"
cat "$made" >"$root/README.md"

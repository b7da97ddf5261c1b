#!/usr/bin/env bash
# Shows, in a copy of the tree, that an operator is one file: written to core/ops it stands in the
# registry and in the sweep with no other edit, and the sweep finds what is wrong with it.
# Usage: check_new_operator.sh
set -euo pipefail
# shellcheck source=cmake/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../cmake/common.sh"

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
operator="$copy/core/ops/tanhshrink.cpp"
bin="$copy/build/release/bin"

copy_tree() {
    (cd "$root" && tar --create --exclude=./build --exclude=./runs --exclude=./.git .) |
        tar --extract --directory "$copy"
    [[ ! -e $operator ]] || fail "tanhshrink is an operator already: this script needs another example."
}

write_operator() {
    cat >"$operator" <<'CPP'
// SPDX-License-Identifier: Apache-2.0
// What tanh takes away from a number.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::tanhshrink {

namespace {

std::vector<ValueId> build(Builder& b, const Attrs&, std::span<const ValueId> in) {
    return {b.sub(in[0], b.emit("tanh", {in[0]}))};
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "tanhshrink",
    .title = "Tanhshrink",
    .category = "activation",
    .summary = "What tanh takes away from a number.",
    .formula = "y = x − tanh(x)",
    .searchWords = "activation shrink",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .build = build,
    .samples = pointwise::unarySamples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::tanhshrink
CPP
}

# No cmake is called by hand: the build itself has to notice new files.
rebuild() {
    quietly new-operator-build.log \
        cmake --build "$copy/build/release" --target vitrine-cli tst_sweeps.operators
}

operators() { "$bin/vitrine-cli" ops --json | wc -l; }

# Writes the sweep's lines about tanhshrink to $copy/sweep.txt; its status is the sweep's.
sweep() {
    local status=0
    "$bin/tst_sweeps.operators" >"$copy/sweep-all.txt" 2>&1 || status=$?
    grep -E '^(PASS|FAIL).*\(tanhshrink' "$copy/sweep-all.txt" >"$copy/sweep.txt" || true
    return "$status"
}

copy_tree
quietly new-operator-configure.log cmake -S "$copy" --preset release
rebuild
before=$(operators)
say "Without the file: $before operators"

write_operator
rebuild
after=$(operators)
say "With core/ops/tanhshrink.cpp ($(wc -l <"$operator") lines): $after operators"
"$bin/vitrine-cli" ops | grep -w -A1 tanhshrink || fail "vitrine-cli ops does not name tanhshrink."
[[ $after -eq $((before + 1)) ]] || fail "The registry should have grown by one."

sweep || fail "The sweep fails with the new operator:" "$(grep '^FAIL' "$copy/sweep-all.txt")"
rows=$(grep -c '^PASS' "$copy/sweep.txt" || true)
say "Sweep: $rows rows of tanhshrink passed, such as" "$(head -n 3 "$copy/sweep.txt")"
[[ $rows -gt 0 ]] || fail "The sweep has no row of tanhshrink."

# A sweep that cannot fail would prove nothing.
sed -i 's/\.summary = ".*\.",/.summary = "No sentence",/' "$operator"
rebuild
! sweep || fail "The sweep accepts an operator whose summary is no sentence."
grep -q '^FAIL' "$copy/sweep.txt" || fail "The sweep fails, but not because of tanhshrink."
say "Broken on purpose, it is found:" "$(grep -m 1 '^FAIL' "$copy/sweep.txt")"

say "Files that differ from the tree:"
diff -rq --exclude=build --exclude=runs --exclude=.git "$root" "$copy" |
    grep -v '/sweep' | grep -v ': sweep' || true

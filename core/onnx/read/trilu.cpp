// SPDX-License-Identifier: Apache-2.0
// Trilu: one side of a diagonal of matrices, zeros on the other.
#include <algorithm>

#include "core/onnx/empty.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::trilu {

namespace {

void read(Context& c) {
    const Shape shape = c.shape(0);
    if (isEmpty(c, c.in(0)) || shape.rank() < 2) return c.give(0, c.in(0));
    const int64_t rows = shape[shape.rank() - 2], columns = shape[shape.rank() - 1];
    const int64_t diagonal = c.has(1) ? c.integer(c.in(1), "k") : 0;
    const Attrs attrs =
        c.attrs("triangular")
            .with("side", std::string(c.flag("upper", true) ? "upper" : "lower"))
            .with("diagonal", std::clamp(diagonal, -rows - columns, rows + columns));
    c.give(0, c.emit("triangular", attrs, {c.in(0)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Trilu", .since = 14, .read = read};

}  // namespace vitrine::onnx::rules::trilu

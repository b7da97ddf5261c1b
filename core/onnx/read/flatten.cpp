// SPDX-License-Identifier: Apache-2.0
// Flatten: matrices whose rows are the axes in front of one.
#include "core/onnx/empty.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::flatten {

namespace {

void read(Context& c) {
    const Shape x = c.shape(0);
    const int64_t rank = x.rank();
    int64_t axis = c.integer("axis", 1);
    if (axis < -rank || axis > rank) c.refuseAttribute("axis", "one of the input's");
    if (axis < 0) axis += rank;
    int64_t rows = 1, columns = 1;
    for (int i = 0; i < x.rank(); ++i) (i < axis ? rows : columns) *= x[i];
    if (rows * columns == 0) return c.give(0, emptyLike(c, c.in(0), Shape{rows, columns}));
    if (axis == 1 && rank == 2) return c.give(0, c.in(0));
    if (axis == 1 && rank > 2) return c.give(0, c.emit("flatten", {c.in(0)}));
    // So that it holds for batches of any size, the side with the batch is the open one.
    const std::vector<int64_t> extents =
        axis == 0 ? std::vector<int64_t>{1, -1} : std::vector<int64_t>{-1, columns};
    c.give(0, c.emit("reshape", c.attrs("reshape").with("shape", extents), {c.in(0)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Flatten", .read = read};

}  // namespace vitrine::onnx::rules::flatten

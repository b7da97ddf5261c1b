// SPDX-License-Identifier: Apache-2.0
// AffineGrid: where each place of a grid lies once a matrix has moved it.
#include <fmt/format.h>

#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::affine_grid {

namespace {

void read(Context& c) {
    const std::vector<int64_t> size = c.integers(c.in(1), "size");
    if (size.size() != 4 && size.size() != 5)
        c.refuse(fmt::format("size has {} numbers, wanted 4 or 5", size.size()), "O17");
    const Attrs attrs = c.attrs("affine_grid")
                            .with("size", std::vector<int64_t>(size.begin() + 2, size.end()))
                            .with("align_corners", c.flag("align_corners", false));
    c.give(0, c.emit("affine_grid", attrs, {c.in(0)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "AffineGrid", .since = 20, .read = read};

}  // namespace vitrine::onnx::rules::affine_grid

// SPDX-License-Identifier: Apache-2.0
// Reshape: other extents, from an attribute up to opset 4, from an input since.
#include <algorithm>

#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::reshape {

namespace {

void read(Context& c) {
    const auto wanted = c.integersFrom("shape", 1);
    if (!wanted) c.refuse("nothing says its shape");
    std::vector<int64_t> extents = *wanted;
    const Shape x = c.shape(0);
    const bool keepsZeros = c.opset() >= 14 && c.flag("allowzero", false);
    if (keepsZeros && std::ranges::count(extents, 0) > 0)
        c.refuse("attribute allowzero is 1 and an extent is 0: nothing would be left", "O17");
    // A file that was made for one example at a time says 1 where it means the batch.
    const int64_t freed = c.freedBatch();
    if (freed > 0 && !extents.empty() && extents[0] == 1 && x.rank() > 0 && x[0] == freed)
        extents[0] = 0;
    c.give(0, c.emit("reshape", c.attrs("reshape").with("shape", extents), {c.in(0)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Reshape", .read = read};

}  // namespace vitrine::onnx::rules::reshape

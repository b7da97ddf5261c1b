// SPDX-License-Identifier: Apache-2.0
// CenterCropPad: the middle of axes, or zeros around it, to extents that are known while reading.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::center_crop_pad {

namespace {

void read(Context& c) {
    const std::vector<int64_t> extents = c.integers(c.in(1), "shape");
    std::vector<int64_t> axes = c.integers("axes").value_or(std::vector<int64_t>{});
    const Attrs attrs = c.attrs("center_crop_pad").with("shape", extents).with("axes", axes);
    c.give(0, c.emit("center_crop_pad", attrs, {c.in(0)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "CenterCropPad", .since = 18, .read = read};

}  // namespace vitrine::onnx::rules::center_crop_pad

// SPDX-License-Identifier: Apache-2.0
// DeformConv: filters whose taps move, by offsets that the network computes.
#include <fmt/format.h>

#include "core/onnx/rule.h"
#include "core/onnx/windows.h"

namespace vitrine::onnx::rules::deform_conv {

namespace {

enum Input { X, Weight, Offset, Bias, Mask };

void read(Context& c) {
    const Shape x = c.shape(X), weight = c.shape(Weight);
    if (x.rank() != 4 || weight.rank() != 4)
        c.refuse(fmt::format("its images have the shape {}, wanted [N, C, H, W]", x.text()));
    const Windows windows = windowsOver(c, x, {weight[2], weight[3]});
    const Attrs attrs = c.attrs("deform_conv2d")
                            .with("stride", windows.stride())
                            .with("padding", windows.pads())
                            .with("dilation", windows.dilation())
                            .with("groups", c.integer("group", 1))
                            .with("offset_groups", c.integer("offset_group", 1));
    c.give(0, c.emit("deform_conv2d", attrs,
                     {c.in(X), c.in(Weight), c.in(Offset), c.optional(Bias), c.optional(Mask)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "DeformConv", .since = 19, .read = read};

}  // namespace vitrine::onnx::rules::deform_conv

// SPDX-License-Identifier: Apache-2.0
// Conv: filters that slide over one to three axes.
#include <fmt/format.h>

#include "core/onnx/pooling.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::conv {

namespace {

void read(Context& c) {
    const Shape x = c.shape(0), weight = c.shape(1);
    if (weight.rank() != x.rank())
        c.refuse(fmt::format("weight {} has other axes than x {}", weight.text(), x.text()), "O17");
    const std::vector<int64_t> taps(weight.dims().begin() + 2, weight.dims().end());
    const ThinImages images = withoutThinAxes(c, windowsOver(c, x, taps));
    const Windows& windows = images.windows;
    const std::string op = operatorFor(c, "conv", windows.axes.size());
    const bool isAutomatic = windows.padding != "explicit";
    Attrs attrs = c.attrs(op);
    attrs.with("out_channels", weight[0])
        .with("kernel", windows.kernel())
        .with("stride", windows.stride())
        .with("dilation", windows.dilation())
        .with("groups", c.integer("group", 1))
        .with("bias", c.has(2))
        .with("auto_padding", windows.padding);
    if (!isAutomatic) attrs.with("padding", windows.pads());
    std::vector<int64_t> filters{weight[0], weight[1]};
    for (const Sliding& axis : windows.axes) filters.push_back(axis.kernel);
    const Value y = c.emit(op, attrs, {images.x, c.reshape(c.in(1), filters), c.optional(2)});
    c.give(0, images.back(c, y));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Conv", .read = read};

}  // namespace vitrine::onnx::rules::conv

// SPDX-License-Identifier: Apache-2.0
// Conv: filters that slide over one to three axes.
#include <fmt/format.h>

#include "core/onnx/empty.h"
#include "core/onnx/pooling.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::conv {

namespace {

/// A sum over no channels is 0: what is left is the bias.
Value biasAlone(Context& c, const Windows& windows) {
    Shape shape{c.shape(0)[0], c.shape(1)[0]};
    std::vector<int64_t> perChannel{1, shape[1]};
    for (const Sliding& axis : windows.axes) {
        shape.push(axis.places(false));
        perChannel.push_back(1);
    }
    if (shape.elements() == 0) return emptyLike(c, c.in(0), shape);
    if (!c.has(2)) return c.filled(shape, c.dtype(0), 0);
    return c.expand(c.reshape(c.in(2), perChannel), shape);
}

void read(Context& c) {
    const Shape x = c.shape(0), weight = c.shape(1);
    if (weight.rank() != x.rank())
        c.refuse(fmt::format("weight {} has other axes than x {}", weight.text(), x.text()), "O17");
    const std::vector<int64_t> taps(weight.dims().begin() + 2, weight.dims().end());
    const Windows all = windowsOver(c, x, taps);
    if (x[1] == 0 && weight[1] == 0) return c.give(0, biasAlone(c, all));
    const ThinImages images = withoutThinAxes(c, all);
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

// SPDX-License-Identifier: Apache-2.0
// LpPool: the Lp length of each window, with zeros for padding.
#include "core/onnx/pooling.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::lp_pool {

namespace {

void read(Context& c) {
    const double p = c.opset() < 2 ? c.real("p", 2) : static_cast<double>(c.integer("p", 2));
    const ThinImages images = withoutThinAxes(c, windowsOver(c, c.shape(0)));
    const Windows& windows = images.windows;
    const std::string op = operatorFor(c, "lp_pool", windows.axes.size());
    const Attrs attrs = c.attrs(op)
                            .with("kernel", windows.kernel())
                            .with("stride", windows.stride())
                            .with("padding", windows.pads())
                            .with("dilation", windows.dilation())
                            .with("ceil_mode", c.flag("ceil_mode", false))
                            .with("p", p);
    c.give(0, images.back(c, c.emit(op, attrs, {images.x})));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "LpPool", .read = read};

}  // namespace vitrine::onnx::rules::lp_pool

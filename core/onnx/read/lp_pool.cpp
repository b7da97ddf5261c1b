// SPDX-License-Identifier: Apache-2.0
// LpPool: the Lp length of each window, with zeros for padding.
#include "core/onnx/rule.h"
#include "core/onnx/windows.h"

namespace vitrine::onnx::rules::lp_pool {

namespace {

void read(Context& c) {
    const double p = c.opset() < 2 ? c.real("p", 2) : static_cast<double>(c.integer("p", 2));
    const Windows windows = windowsOver(c, c.shape(0));
    const std::string op = operatorFor(c, "lp_pool", windows.axes.size());
    const Attrs attrs = c.attrs(op)
                            .with("kernel", windows.kernel())
                            .with("stride", windows.stride())
                            .with("padding", windows.pads())
                            .with("dilation", windows.dilation())
                            .with("ceil_mode", c.flag("ceil_mode", false))
                            .with("p", p);
    c.give(0, c.emit(op, attrs, {c.in(0)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "LpPool", .read = read};

}  // namespace vitrine::onnx::rules::lp_pool

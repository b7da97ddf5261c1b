// SPDX-License-Identifier: Apache-2.0
// LpPool: the Lp length of each window, with zeros for padding.
#include <algorithm>

#include "core/onnx/pooling.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::lp_pool {

namespace {

Value toPower(Context& c, const Value& x, double exponent) {
    return c.emit("pow_scalar", c.attrs("pow_scalar").with("exponent", exponent), {x});
}

/// Powers of sizes are added along every axis in turn.
Value lengths(Context& c, const Windows& windows, bool roundsUp, double p) {
    Value sum = c.emit("abs", {c.in(0)});
    if (p != 1) sum = toPower(c, sum, p);
    for (size_t k = 0; k < windows.axes.size(); ++k)
        sum = overWindows(c, sum, 2 + static_cast<int>(k), windows.axes[k], roundsUp, "add", 0);
    return p == 1 ? sum : p == 2 ? c.emit("sqrt", {sum}) : toPower(c, sum, 1 / p);
}

void read(Context& c) {
    const double p = c.opset() < 2 ? c.real("p", 2) : static_cast<double>(c.integer("p", 2));
    if (!(p >= 1)) c.refuseAttribute("p", "a number from 1 up");
    const bool roundsUp = c.flag("ceil_mode", false);
    const Windows windows = windowsOver(c, c.shape(0));
    const bool isPlain = p == 2 && !roundsUp && windows.axes.size() == 2 &&
                         arePlain(windows, false) &&
                         std::ranges::all_of(windows.dilation(), [](int64_t d) { return d == 1; });
    if (!isPlain) return c.give(0, lengths(c, windows, roundsUp, p));
    const Attrs attrs = c.attrs("l2_pool2d")
                            .with("kernel", windows.kernel())
                            .with("stride", windows.stride())
                            .with("padding", windows.pads());
    c.give(0, c.emit("l2_pool2d", attrs, {c.in(0)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "LpPool", .read = read};

}  // namespace vitrine::onnx::rules::lp_pool

// SPDX-License-Identifier: Apache-2.0
// GlobalLpPool: the Lp length of each channel.
#include "core/onnx/pooling.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::global_lp_pool {

namespace {

void read(Context& c) {
    const double p = c.opset() < 2 ? c.real("p", 2) : static_cast<double>(c.integer("p", 2));
    if (!(p >= 1)) c.refuseAttribute("p", "a number from 1 up");
    const std::vector<int64_t> axes = spatialAxes(c);
    const auto along = [&](std::string_view op, const Value& x) {
        return c.emit(op, c.attrs(op).with("axes", axes).with("keep_axes", true), {x});
    };
    if (p == 1) return c.give(0, along("reduce_l1", c.in(0)));
    if (p == 2) return c.give(0, along("reduce_l2", c.in(0)));
    const auto toPower = [&](const Value& x, double exponent) {
        return c.emit("pow_scalar", c.attrs("pow_scalar").with("exponent", exponent), {x});
    };
    const Value powers = toPower(c.emit("abs", {c.in(0)}), p);
    c.give(0, toPower(along("reduce_sum", powers), 1 / p));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "GlobalLpPool", .read = read};

}  // namespace vitrine::onnx::rules::global_lp_pool

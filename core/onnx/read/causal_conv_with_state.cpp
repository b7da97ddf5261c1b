// SPDX-License-Identifier: Apache-2.0
// CausalConvWithState: each channel by itself, over what came before alone.
#include <fmt/format.h>

#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::causal_conv_with_state {

namespace {

enum Input { X, Weight, Bias, Past };

void read(Context& c) {
    const Shape x = c.shape(X), weight = c.shape(Weight);
    if (x.rank() != 3 || weight != Shape{x[1], 1, weight[weight.rank() - 1]})
        c.refuse(fmt::format("weight {} does not fit {}", weight.text(), x.text()), "O17");
    const std::string activation = c.text("activation", "none");
    if (activation != "none" && activation != "silu" && activation != "swish")
        c.refuseAttribute("activation", "none, silu or swish");
    const int64_t taps = weight[2];
    Value all = c.in(X);
    if (taps > 1) {
        const Value past =
            c.has(Past) ? c.in(Past) : c.filled({x[0], x[1], taps - 1}, c.dtype(X), 0);
        all = c.concat({past, all}, 2);
    }
    const Attrs attrs = c.attrs("conv1d")
                            .with("out_channels", x[1])
                            .with("kernel", std::vector{taps})
                            .with("groups", x[1])
                            .with("bias", c.has(Bias));
    const Value y = c.emit("conv1d", attrs, {all, c.in(Weight), c.optional(Bias)});
    c.give(0, activation == "none" ? y : c.emit("silu", {y}));
    if (!c.wants(1)) return;
    if (taps == 1) c.refuse("its state would have no element", "O17");
    c.give(1, c.slice(all, 2, c.shapeOf(all)[2] - (taps - 1), taps - 1));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "CausalConvWithState", .since = 27, .read = read};

}  // namespace vitrine::onnx::rules::causal_conv_with_state

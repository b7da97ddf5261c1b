// SPDX-License-Identifier: Apache-2.0
// MeanVarianceNormalization: mean zero and variance one over some axes.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::mean_variance_normalization {

namespace {

void read(Context& c) {
    const auto said = c.integers("axes");
    const std::vector<int64_t> axes =
        c.axesOf(said ? *said : std::vector<int64_t>{0, 2, 3}, c.rank(0));
    const auto over = [&](std::string_view op) {
        return c.attrs(op).with("axes", axes).with("keep_axes", true);
    };
    const Value centred = c.sub(c.in(0), c.emit("reduce_mean", over("reduce_mean"), {c.in(0)}));
    const Attrs biased = over("reduce_std").with("unbiased", false);
    const Value deviation = c.emit("reduce_std", biased, {c.in(0)});
    constexpr double least = 1e-9;  // as the function of the standard has it
    c.give(0, c.div(centred, c.add(deviation, c.scalar(c.dtype(0), least))));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "MeanVarianceNormalization", .since = 9, .read = read};

}  // namespace vitrine::onnx::rules::mean_variance_normalization

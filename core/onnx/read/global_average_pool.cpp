// SPDX-License-Identifier: Apache-2.0
// GlobalAveragePool: mean of each channel.
#include "core/onnx/pooling.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::global_average_pool {

namespace {

void read(Context& c) {
    const std::vector<int64_t> axes = spatialAxes(c);
    if (axes.size() == 2) return c.give(0, c.emit("global_avg_pool2d", {c.in(0)}));
    const Attrs attrs = c.attrs("reduce_mean").with("axes", axes).with("keep_axes", true);
    c.give(0, c.emit("reduce_mean", attrs, {c.in(0)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "GlobalAveragePool", .read = read};

}  // namespace vitrine::onnx::rules::global_average_pool

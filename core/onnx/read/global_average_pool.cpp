// SPDX-License-Identifier: Apache-2.0
// GlobalAveragePool: mean of each channel.
#include <limits>

#include "core/onnx/empty.h"
#include "core/onnx/pooling.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::global_average_pool {

namespace {

void read(Context& c) {
    const std::vector<int64_t> axes = spatialAxes(c);
    const Shape x = c.shape(0);
    if (isEmpty(c, c.in(0)) && x[0] > 0 && x[1] > 0) {  // 0 / 0 of each channel
        Shape means{x[0], x[1]};
        for (size_t k = 0; k < axes.size(); ++k) means.push(1);
        return c.give(0, c.filled(means, c.dtype(0), std::numeric_limits<double>::quiet_NaN()));
    }
    if (axes.size() == 2) return c.give(0, c.emit("global_avg_pool2d", {c.in(0)}));
    const Attrs attrs = c.attrs("reduce_mean").with("axes", axes).with("keep_axes", true);
    c.give(0, c.emit("reduce_mean", attrs, {c.in(0)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "GlobalAveragePool", .read = read};

}  // namespace vitrine::onnx::rules::global_average_pool

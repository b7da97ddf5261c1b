// SPDX-License-Identifier: Apache-2.0
// Upsample: sizes times factors, which were attributes up to opset 8.
#include <fmt/format.h>
#include <cmath>

#include "core/onnx/resampling.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::upsample {

namespace {

void read(Context& c) {
    const std::string mode = c.text("mode", "nearest");
    if (mode != "nearest" && mode != "linear" && mode != "bilinear")
        c.refuseAttribute("mode", "nearest or linear");
    const Shape x = c.shape(0);
    std::vector<double> scales;
    if (c.has(1))
        scales = c.reals(c.in(1), "scales");
    else if (const auto list = c.reals("scales"))
        scales = *list;
    else
        scales = {1, 1, c.real("height_scale", 1), c.real("width_scale", 1)};
    if (std::ssize(scales) != x.rank())
        c.refuse(fmt::format("{} scales for {} axes", scales.size(), x.rank()), "O17");
    Resampling how{.mode = mode == "nearest" ? "nearest" : "linear", .axes = {}};
    for (int k = 0; k < x.rank(); ++k) {
        const double scale = scales[static_cast<size_t>(k)];
        const auto size = static_cast<int64_t>(std::floor(static_cast<double>(x[k]) * scale));
        if (size < 1) c.refuse(fmt::format("axis {} would have {} elements", k, size), "O17");
        if (scale != 1) how.axes.push_back({k, x[k], size, scale});
    }
    c.give(0, asBefore11(c, how));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Upsample", .read = read};

}  // namespace vitrine::onnx::rules::upsample

// SPDX-License-Identifier: Apache-2.0
// TensorScatter: updates of a cache go to its sequence axis from a place on, one for each example.
#include <numeric>

#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::tensor_scatter {

namespace {

/// Where each place of an update goes, for each example: [B, 1, …, length, 1, …].
Value placesOf(Context& c, const Shape& update, int64_t axis, int64_t extent, bool isCircular) {
    std::vector<int64_t> own(static_cast<size_t>(update[static_cast<int>(axis)]));
    std::iota(own.begin(), own.end(), 0);
    std::vector<int64_t> along(static_cast<size_t>(update.rank()), 1), of = along;
    along[static_cast<size_t>(axis)] = update[static_cast<int>(axis)];
    of[0] = update[0];
    Value places = c.reshape(c.integersValue(own), along);
    if (c.has(2)) places = c.add(places, c.reshape(c.cast(c.in(2), DType::I64), of));
    if (isCircular) places = c.emit("mod", {places, c.integerValue(extent)});
    return c.expand(places, update);
}

void read(Context& c) {
    const std::string mode = c.text("mode", "linear");
    if (mode != "linear" && mode != "circular") c.refuseAttribute("mode", "linear or circular");
    const int64_t axis = c.axis("axis", -2, c.rank(0));
    if (axis == 0 || c.rank(1) != c.rank(0)) c.refuseAttribute("axis", "an axis behind the first");
    const Value places =
        placesOf(c, c.shape(1), axis, c.shape(0)[static_cast<int>(axis)], mode == "circular");
    c.give(0, c.emit("scatter_elements", c.attrs("scatter_elements").with("axis", axis),
                     {c.in(0), places, c.in(1)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "TensorScatter", .since = 24, .read = read};

}  // namespace vitrine::onnx::rules::tensor_scatter

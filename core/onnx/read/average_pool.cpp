// SPDX-License-Identifier: Apache-2.0
// AveragePool: mean of each window, with or without its padding.
#include <algorithm>

#include "core/onnx/pooling.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::average_pool {

namespace {

/// Pixels that a window along one axis has at each place, padding counted or not.
std::vector<int64_t> countsOf(const Sliding& axis, int64_t places, bool countsPadding) {
    std::vector<int64_t> counts;
    for (int64_t p = 0; p < places; ++p) {
        int64_t count = 0;
        for (int64_t tap = 0; tap < axis.kernel; ++tap) {
            const int64_t at = p * axis.stride + tap * axis.dilation - axis.before;
            const bool isPixel = at >= 0 && at < axis.extent;
            const bool isPadding = at >= -axis.before && at < axis.extent + axis.after;
            count += countsPadding ? isPadding : isPixel;
        }
        counts.push_back(count);
    }
    return counts;
}

/// Sums along every axis in turn, divided by the numbers of pixels there.
Value meansByTaps(Context& c, const Windows& windows, bool roundsUp, bool countsPadding) {
    Value y = c.in(0);
    for (size_t k = 0; k < windows.axes.size(); ++k) {
        const int axis = 2 + static_cast<int>(k);
        y = overWindows(c, y, axis, windows.axes[k], roundsUp, "add", 0);
        const int64_t places = c.shapeOf(y)[axis];
        std::vector<int64_t> extents(windows.axes.size() - k, 1);
        extents[0] = places;
        const Value counts = c.integersValue(countsOf(windows.axes[k], places, countsPadding));
        y = c.div(y, c.cast(c.reshape(counts, extents), c.dtype(0)));
    }
    return y;
}

void read(Context& c) {
    const bool roundsUp = c.flag("ceil_mode", false), counts = c.flag("count_include_pad", false);
    const ThinImages thin = withoutThinAxes(c, windowsOver(c, c.shape(0)));
    const bool isPlain =
        thin.windows.axes.size() <= 3 && arePlain(thin.windows, roundsUp) &&
        std::ranges::all_of(thin.windows.dilation(), [](int64_t d) { return d == 1; });
    if (!isPlain) return c.give(0, meansByTaps(c, windowsOver(c, c.shape(0)), roundsUp, counts));
    const std::string op = operatorFor(c, "avg_pool", thin.windows.axes.size());
    const Attrs attrs = c.attrs(op)
                            .with("kernel", thin.windows.kernel())
                            .with("stride", thin.windows.stride())
                            .with("padding", thin.windows.pads())
                            .with("count_include_pad", counts)
                            .with("ceil_mode", roundsUp);
    c.give(0, thin.back(c, c.emit(op, attrs, {thin.x})));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "AveragePool", .read = read};

}  // namespace vitrine::onnx::rules::average_pool

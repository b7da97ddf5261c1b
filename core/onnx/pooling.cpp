// SPDX-License-Identifier: Apache-2.0
// Axes of images that poolings do without.
#include "core/onnx/pooling.h"

#include <algorithm>

#include <fmt/format.h>

namespace vitrine::onnx {

namespace {

bool isThin(const Sliding& axis) { return axis.padded() == 1 && axis.kernel == 1; }

}  // namespace

ThinImages withoutThinAxes(Context& c, const Windows& windows) {
    ThinImages thin{c.in(0), windows};
    if (windows.axes.size() <= 3) return thin;
    const Shape x = c.shape(0);
    std::vector<int64_t> extents{x[0], x[1]};
    thin.left = {0, 1};
    thin.windows.axes.clear();
    for (size_t k = 0; k < windows.axes.size(); ++k) {
        if (isThin(windows.axes[k])) continue;
        thin.windows.axes.push_back(windows.axes[k]);
        thin.left.push_back(static_cast<int>(k) + 2);
        extents.push_back(windows.axes[k].extent);
    }
    if (thin.windows.axes.empty() || thin.windows.axes.size() > 3) return {c.in(0), windows};
    thin.x = c.reshape(c.in(0), extents);
    return thin;
}

Value ThinImages::back(Context& c, const Value& y) const {
    if (left.empty()) return y;
    std::vector<int64_t> extents(static_cast<size_t>(c.rank(0)), 1);
    const Shape shape = c.shapeOf(y);
    for (size_t k = 0; k < left.size(); ++k)
        extents[static_cast<size_t>(left[k])] = shape[static_cast<int>(k)];
    return c.reshape(y, extents);
}

bool arePlain(const Windows& windows, bool roundsUp) {
    return std::ranges::all_of(windows.axes, [&](const Sliding& axis) {
        const int64_t places = axis.places(roundsUp);
        for (int64_t p : {int64_t{0}, places - 1}) {
            bool meets = false;
            for (int64_t tap = 0; tap < axis.kernel && !meets; ++tap) {
                const int64_t at = p * axis.stride + tap * axis.dilation - axis.before;
                meets = at >= 0 && at < axis.extent;
            }
            if (!meets) return false;
        }
        return true;
    });
}

std::vector<int64_t> spatialAxes(const Context& c) {
    const Shape x = c.shape(0);
    if (x.rank() < 3)
        c.refuse(fmt::format("its images have the shape {}, wanted [N, C, …]", x.text()), "O17");
    std::vector<int64_t> axes;
    for (int k = 2; k < x.rank(); ++k) axes.push_back(k);
    return axes;
}

}  // namespace vitrine::onnx

// SPDX-License-Identifier: Apache-2.0
// Axes of images that windows do without.
#include "core/onnx/pooling.h"

#include <algorithm>

#include <fmt/format.h>

namespace vitrine::onnx {

namespace {

/// Windows change nothing along it.
bool isThin(const Sliding& axis) {
    return axis.kernel == 1 && axis.padded() == axis.extent &&
           (axis.stride == 1 || axis.extent == 1);
}

}  // namespace

ThinImages withoutThinAxes(Context& c, const Windows& windows) {
    if (windows.axes.size() <= 3) return {c.in(0), windows};
    ThinImages thin{.x = {}, .windows = {.axes = {}, .padding = windows.padding}, .order = {0}};
    std::vector<int> rest{1};
    for (size_t k = 0; k < windows.axes.size(); ++k) {
        const bool isPutAway = isThin(windows.axes[k]);
        (isPutAway ? thin.order : rest).push_back(static_cast<int>(k) + 2);
        if (!isPutAway) thin.windows.axes.push_back(windows.axes[k]);
    }
    if (thin.windows.axes.empty() || thin.windows.axes.size() > 3) return {c.in(0), windows};
    thin.batchAxes = thin.order.size();
    thin.order.insert(thin.order.end(), rest.begin(), rest.end());
    const Value moved = c.transpose(c.in(0), {thin.order.begin(), thin.order.end()});
    const Shape shape = c.shapeOf(moved);
    std::vector<int64_t> extents{1};
    for (int k = 0; k < shape.rank(); ++k)
        if (static_cast<size_t>(k) < thin.batchAxes)
            extents[0] *= shape[k];
        else
            extents.push_back(shape[k]);
    thin.x = c.reshape(moved, extents);
    return thin;
}

Value ThinImages::back(Context& c, const Value& y) const {
    if (order.empty()) return y;
    const Shape before = c.shape(0), shape = c.shapeOf(y);
    std::vector<int64_t> extents, places(order.size());
    for (size_t k = 0; k < order.size(); ++k) {
        places[static_cast<size_t>(order[k])] = static_cast<int64_t>(k);
        extents.push_back(k < batchAxes ? before[order[k]]
                                        : shape[static_cast<int>(k - batchAxes) + 1]);
    }
    return c.transpose(c.reshape(y, extents), places);
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

// SPDX-License-Identifier: Apache-2.0
// MaxPool: the largest of each window, and where it lies in its tensor.
#include <limits>

#include "core/onnx/pooling.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::max_pool {

namespace {

/// Numbers of whole-number steps along an axis, with axes of extent 1 behind: place p begins at
/// p · stride − before.
Value beginnings(Context& c, const Sliding& axis, int64_t places, int behind) {
    std::vector<int64_t> at;
    for (int64_t p = 0; p < places; ++p) at.push_back(p * axis.stride - axis.before);
    std::vector<int64_t> extents(static_cast<size_t>(behind) + 1, 1);
    extents[0] = places;
    return c.reshape(c.integersValue(at), extents);
}

/// Where the planes of all images and channels begin, [N, C, 1, …].
Value planes(Context& c, const Shape& x) {
    int64_t pixels = 1;
    for (int k = 2; k < x.rank(); ++k) pixels *= x[k];
    std::vector<int64_t> at;
    for (int64_t p = 0; p < x[0] * x[1]; ++p) at.push_back(p * pixels);
    std::vector<int64_t> extents(static_cast<size_t>(x.rank()), 1);
    extents[0] = x[0];
    extents[1] = x[1];
    return c.reshape(c.integersValue(at), extents);
}

/// From positions in windows, row by row, to positions in the whole tensor, row by row or column
/// by column of each plane.
Value positions(Context& c, const Windows& windows, const Value& inWindow) {
    const Shape x = c.shape(0), y = c.shapeOf(inWindow);
    const int axes = x.rank() - 2;
    const bool isByColumn = c.integer("storage_order", 0) != 0;
    Value rest = c.cast(inWindow, DType::I64), sum = planes(c, x);
    int64_t rowStep = 1;
    std::vector<int64_t> step(static_cast<size_t>(axes), 1);
    for (int k = isByColumn ? 0 : axes - 1; k >= 0 && k < axes; k += isByColumn ? 1 : -1) {
        step[static_cast<size_t>(k)] = rowStep;
        rowStep *= x[2 + k];
    }
    for (int k = axes - 1; k >= 0; --k) {
        const Sliding& axis = windows.axes[static_cast<size_t>(k)];
        const Value whole = c.div(rest, c.integerValue(axis.kernel));
        const Value tap = c.sub(rest, c.mul(whole, c.integerValue(axis.kernel)));
        const Value at = c.add(c.mul(tap, c.integerValue(axis.dilation)),
                               beginnings(c, axis, y[2 + k], axes - 1 - k));
        sum = c.add(sum, c.mul(at, c.integerValue(step[static_cast<size_t>(k)])));
        rest = whole;
    }
    return sum;
}

/// Along every axis in turn, where windows lie in padding alone or over more than three axes.
Value byTaps(Context& c, const Windows& windows, bool roundsUp) {
    constexpr double none = -std::numeric_limits<double>::infinity();
    Value y = c.in(0);
    for (size_t k = 0; k < windows.axes.size(); ++k)
        y = overWindows(c, y, 2 + static_cast<int>(k), windows.axes[k], roundsUp, "max", none);
    return y;
}

void read(Context& c) {
    const bool roundsUp = c.flag("ceil_mode", false);
    const Windows all = windowsOver(c, c.shape(0));
    if (c.wants(1)) c.integer("storage_order", 0);
    const DType type = c.dtype(0);
    const ThinImages thin = c.wants(1) ? ThinImages{c.in(0), all} : withoutThinAxes(c, all);
    if (thin.windows.axes.size() > 3 || !arePlain(thin.windows, roundsUp)) {
        if (c.wants(1) || !isFloat(type))
            c.refuse("it has more than three axes, or windows that lie in padding alone");
        return c.give(0, byTaps(c, all, roundsUp));
    }
    const std::string op = operatorFor(c, "max_pool", thin.windows.axes.size());
    const Attrs attrs = c.attrs(op)
                            .with("kernel", thin.windows.kernel())
                            .with("stride", thin.windows.stride())
                            .with("padding", thin.windows.pads())
                            .with("dilation", thin.windows.dilation())
                            .with("ceil_mode", roundsUp);
    const Value x = isFloat(type) ? thin.x : c.cast(thin.x, DType::F32);
    const std::vector<Value> results = c.emitAll(op, attrs, {x});
    c.give(0, thin.back(c, c.cast(results[0], type)));
    if (c.wants(1)) c.give(1, positions(c, all, results[1]));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "MaxPool", .read = read};

}  // namespace vitrine::onnx::rules::max_pool

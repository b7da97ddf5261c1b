// SPDX-License-Identifier: Apache-2.0
// Places, taps, and the three forms that a resampling takes: the operator of this program, entries
// by their numbers, a product with a matrix.
#include "core/onnx/resampling.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "core/onnx/memory_check.h"
#include "core/tensor/element.h"

namespace vitrine::onnx {

namespace {

struct Tap {
    int64_t index;
    double weight;
};
using Taps = std::vector<Tap>;

double placeOf(const Resampling& how, const ResizedAxis& axis, int64_t p) {
    const auto at = static_cast<double>(p), last = static_cast<double>(axis.in - 1),
               lastResult = static_cast<double>(axis.out - 1);
    const double centre = (at + 0.5) / axis.scale - 0.5;
    if (how.sampling == "asymmetric") return at / axis.scale;
    if (how.sampling == "tf_half_pixel_for_nn") return (at + 0.5) / axis.scale;
    if (how.sampling == "align_corners") return axis.out == 1 ? 0 : at * last / lastResult;
    if (how.sampling == "pytorch_half_pixel") return axis.out == 1 ? 0 : centre;
    if (how.sampling == "tf_crop_and_resize")
        return axis.out == 1 ? 0.5 * (axis.start + axis.end) * last
                             : last * (axis.start + at * (axis.end - axis.start) / lastResult);
    if (how.sampling != "half_pixel_symmetric") return centre;
    const double size = axis.scale * static_cast<double>(axis.in);
    const double adjustment = static_cast<double>(axis.out) / size;
    return static_cast<double>(axis.in) / 2 * (1 - adjustment) + centre;
}

bool liesOutside(const Resampling& how, const ResizedAxis& axis, int64_t p) {
    const double place = placeOf(how, axis, p);
    return how.sampling == "tf_crop_and_resize" &&
           (place < 0 || place > static_cast<double>(axis.in - 1));
}

int64_t nearestOf(const Resampling& how, const ResizedAxis& axis, int64_t p) {
    const double place = placeOf(how, axis, p);
    const double nearest = how.rounding == "floor"               ? std::floor(place)
                           : how.rounding == "ceil"              ? std::ceil(place)
                           : how.rounding == "round_prefer_ceil" ? std::floor(place + 0.5)
                                                                 : std::ceil(place - 0.5);
    return std::clamp<int64_t>(static_cast<int64_t>(nearest), 0, axis.in - 1);
}

/// What a tap weighs at a distance: a hat, or the cubic of Keys with this slope.
double weightAt(const Resampling& how, double distance) {
    const double t = std::abs(distance), a = how.cubic;
    if (how.mode == "linear") return std::max(0.0, 1 - t);
    if (t <= 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
    return t < 2 ? (((t - 5) * t + 8) * t - 4) * a : 0;
}

/// Everything that weighs something there. Past an end the last pixel stands in, or nothing.
Taps tapsOf(const Resampling& how, const ResizedAxis& axis, int64_t p) {
    const double place = placeOf(how, axis, p);
    const double stretch = how.antialias ? std::max(1.0, 1 / axis.scale) : 1;
    const double reach = (how.mode == "cubic" ? 2 : 1) * stretch;
    Taps taps;
    double sum = 0;
    for (double at = std::ceil(place - reach); at <= std::floor(place + reach); ++at) {
        const auto index = static_cast<int64_t>(at);
        const double weight = weightAt(how, (at - place) / stretch);
        if (weight == 0 || (how.leavesOut && (index < 0 || index >= axis.in))) continue;
        taps.push_back({std::clamp<int64_t>(index, 0, axis.in - 1), weight});
        sum += weight;
    }
    if (how.leavesOut || how.antialias)
        for (Tap& tap : taps) tap.weight /= sum;
    return taps;
}

Value byNumbers(Context& c, const Value& x, const Resampling& how, const ResizedAxis& axis) {
    std::vector<int64_t> index;
    for (int64_t p = 0; p < axis.out; ++p) index.push_back(nearestOf(how, axis, p));
    return c.emit("gather", c.attrs("gather").with("axis", int64_t{axis.axis}),
                  {x, c.integersValue(index)});
}

/// Rows of results, columns of what there was.
Numbers matrixOf(const Context& c, const Resampling& how, const ResizedAxis& axis, DType type) {
    c.needs(static_cast<double>(axis.in * axis.out * sizeOf(type)));
    std::vector<std::byte> bytes(static_cast<size_t>(axis.in * axis.out * sizeOf(type)));
    for (int64_t p = 0; p < axis.out; ++p) {
        std::map<int64_t, double> sums;  // the pixel at an end may be weighed several times
        for (const auto& [index, weight] : tapsOf(how, axis, p)) sums[index] += weight;
        for (const auto& [index, sum] : sums)
            writeElement(bytes.data(), type, index * axis.out + p, sum);
    }
    return TensorData::of(type, Shape{axis.in, axis.out}, std::move(bytes));
}

Value byMatrix(Context& c, const Value& x, const Resampling& how, const ResizedAxis& axis) {
    const Shape shape = c.shapeOf(x);
    std::vector<int64_t> last;
    for (int k = 0; k < shape.rank(); ++k) last.push_back(k);
    std::swap(last[static_cast<size_t>(axis.axis)], last.back());
    const Value matrix = c.fixed(matrixOf(c, how, axis, c.typeOf(x).dtype));
    const Value moved = shape.rank() > 1 ? c.transpose(x, last) : x;
    const Value y = c.emit("matmul", {moved, matrix});
    return shape.rank() > 1 ? c.transpose(y, last) : y;
}

/// Another number where a result lies outside along some axis.
Value withOutside(Context& c, Value y, const Resampling& how) {
    const DType type = c.typeOf(y).dtype;
    for (const ResizedAxis& axis : how.axes) {
        std::vector<std::byte> bytes;
        for (int64_t p = 0; p < axis.out; ++p)
            bytes.push_back(std::byte{liesOutside(how, axis, p)});
        if (std::ranges::none_of(bytes, [](std::byte b) { return b == std::byte{1}; })) continue;
        const Value list = c.fixed(TensorData::of(DType::Bool, Shape{axis.out}, std::move(bytes)));
        std::vector<int64_t> extents(static_cast<size_t>(c.shapeOf(y).rank() - axis.axis), 1);
        extents[0] = axis.out;
        y = c.emit("where", {c.reshape(list, extents), c.scalar(type, how.outside), y});
    }
    return y;
}

/// Places are the same by the extents alone.
bool isByExtents(const ResizedAxis& axis) {
    const auto in = static_cast<double>(axis.in), out = static_cast<double>(axis.out);
    return axis.scale * in == out || axis.scale == out / in;
}

bool areImages(const Context& c, const Value& x, const Resampling& how) {
    const Shape shape = c.shapeOf(x);
    return shape.rank() > 2 && isFloat(c.typeOf(x).dtype) &&
           std::ranges::all_of(how.axes, [](const ResizedAxis& axis) { return axis.axis >= 2; });
}

/// The same factor along every axis behind the channels, though the extents say another.
bool isByFactor(const Shape& shape, const Resampling& how) {
    constexpr double least = 0.001, most = 1024;
    const double scale = how.axes.front().scale;
    const auto isSame = [&](const ResizedAxis& axis) {
        return axis.scale == scale &&
               axis.out == static_cast<int64_t>(std::floor(static_cast<double>(axis.in) * scale));
    };
    return std::ssize(how.axes) == shape.rank() - 2 && scale >= least && scale <= most &&
           std::ranges::all_of(how.axes, isSame);
}

bool hasForm(const Shape& shape, const Resampling& how) {
    const std::array plain{"half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel"};
    if (std::ranges::find(plain, how.sampling) == plain.end()) return false;
    if (how.antialias && !how.leavesOut) return false;
    return std::ranges::all_of(how.axes, isByExtents) || isByFactor(shape, how);
}

Value asImages(Context& c, const Value& x, const Resampling& how) {
    const Shape shape = c.shapeOf(x);
    Attrs attrs = c.attrs("resize")
                      .with("mode", how.mode)
                      .with("sampling", how.sampling)
                      .with("rounding", how.mode == "nearest" ? how.rounding : "by_sampling")
                      .with("cubic_coefficient", how.cubic)
                      .with("antialias", how.antialias)
                      .with("exclude_outside", how.leavesOut && how.mode != "nearest");
    const bool isBySize =
        std::ranges::all_of(how.axes, isByExtents) && !(how.keepsFactor && isByFactor(shape, how));
    if (isBySize) {
        std::vector<int64_t> size(shape.dims().begin() + 2, shape.dims().end());
        for (const ResizedAxis& axis : how.axes)
            size[static_cast<size_t>(axis.axis - 2)] = axis.out;
        attrs.with("size", size);
    } else {
        attrs.with("scale", how.axes.front().scale).with("keep_scale", true);
    }
    return c.emit("resize", attrs, {x});
}

}  // namespace

namespace {

/// Lists of places and matrices are made while reading: none of a size that no image has.
void checkSizes(const Context& c, const Value& x, const Resampling& how) {
    constexpr int64_t mostPlaces = int64_t{1} << 24, mostWeights = int64_t{1} << 26;
    Shape result = c.shapeOf(x);
    for (const ResizedAxis& axis : how.axes) {
        const int64_t out = axis.out, in = axis.in;
        const bool isTooLarge =
            out > mostPlaces || (how.mode != "nearest" && out > 0 && in > mostWeights / out);
        if (isTooLarge)
            c.refuse(fmt::format("it brings {} places of an axis to {}", in, out), "O20");
        result[axis.axis] = out;
    }
    checkMemory(c, result, c.typeOf(x).dtype);
}

}  // namespace

Value resampled(Context& c, const Value& x, const Resampling& how) {
    if (how.axes.empty()) return x;
    checkSizes(c, x, how);
    if (areImages(c, x, how) && hasForm(c.shapeOf(x), how)) return asImages(c, x, how);
    const DType type = c.typeOf(x).dtype;
    if (how.mode != "nearest" && !isFloat(type)) c.refuse("it interpolates whole numbers");
    Value y = x;
    for (const ResizedAxis& axis : how.axes)
        y = how.mode == "nearest" ? byNumbers(c, y, how, axis) : byMatrix(c, y, how, axis);
    return withOutside(c, y, how);
}

Value asBefore11(Context& c, Resampling how) {
    how.sampling = "asymmetric";
    const auto shrinks = [](const ResizedAxis& axis) { return axis.scale < 1; };
    const bool isMixed =
        std::ranges::any_of(how.axes, shrinks) && !std::ranges::all_of(how.axes, shrinks);
    const std::vector<ResizedAxis> axes = how.axes;
    if (how.mode != "nearest" || !isMixed) {
        how.rounding = !axes.empty() && shrinks(axes.front()) ? "ceil" : "floor";
        return resampled(c, c.in(0), how);
    }
    Value y = c.in(0);
    for (const ResizedAxis& axis : axes) {
        how.axes = {axis};
        how.rounding = shrinks(axis) ? "ceil" : "floor";
        y = resampled(c, y, how);
    }
    return y;
}

}  // namespace vitrine::onnx

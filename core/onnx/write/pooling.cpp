// SPDX-License-Identifier: Apache-2.0
// Windows that keep their largest or their mean.
#include "core/onnx/export/write_rule_parts.h"
#include "core/tensor/element.h"

#include <algorithm>

namespace vitrine::onnx::writers::pooling {

namespace {

/// Before every axis, and the same after.
std::vector<int64_t> twice(const std::vector<int64_t>& list) {
    std::vector<int64_t> both = list;
    both.insert(both.end(), list.begin(), list.end());
    return both;
}

std::vector<int64_t> each(const Attrs& attrs, std::string_view field, size_t axes) {
    std::vector<int64_t> list = attrs.list(field);
    if (list.size() == 1) list.resize(axes, list.front());
    return list;
}

std::vector<OutAttribute> windowOf(WriteContext& c) {
    const Attrs& attrs = c.attrs();
    const auto axes = static_cast<size_t>(c.shape(0).rank() - 2);
    std::vector<int64_t> pads = each(attrs, "padding", axes);
    if (pads.size() == axes) pads = twice(pads);
    std::vector<OutAttribute> window{{"kernel_shape", each(attrs, "kernel", axes)},
                                     {"strides", each(attrs, "stride", axes)},
                                     {"pads", pads}};
    if (attrs.has("ceil_mode") && attrs.flag("ceil_mode"))
        window.push_back({"ceil_mode", int64_t{1}});
    return window;
}

/// Where the windows along an axis begin, with axes of extent 1 behind.
std::string beginnings(WriteContext& c, int64_t places, int64_t stride, int64_t pad,
                       size_t behind) {
    std::vector<std::byte> bytes(static_cast<size_t>(places) * sizeof(int64_t));
    for (int64_t place = 0; place < places; ++place)
        writeElement(bytes.data(), DType::I64, place, static_cast<double>(place * stride - pad));
    Shape shape{places};
    for (size_t k = 0; k < behind; ++k) shape.push(1);
    return c.constant(TensorData::of(DType::I64, shape, std::move(bytes)));
}

/// ONNX counts a largest number by its place in the tensor, this program by its place in the
/// window.
std::string placesInWindows(WriteContext& c, const std::string& inTensor) {
    const auto axes = static_cast<size_t>(c.shape(0).rank() - 2);
    const std::vector<int64_t> kernel = each(c.attrs(), "kernel", axes),
                               stride = each(c.attrs(), "stride", axes),
                               pads = each(c.attrs(), "padding", axes),
                               dilation = each(c.attrs(), "dilation", axes);
    std::string rest = inTensor, sum;
    int64_t taps = 1;
    for (size_t k = axes; k-- > 0;) {
        const int axis = 2 + static_cast<int>(k);
        const std::string extent = c.integer(c.shape(0)[axis]);
        const std::string pixel = c.emit("Mod", {rest, extent});
        rest = c.emit("Div", {rest, extent});
        const std::string first =
            beginnings(c, c.resultShape()[axis], stride[k], pads[k], axes - 1 - k);
        std::string tap = c.emit("Sub", {pixel, first});
        if (dilation[k] != 1) tap = c.emit("Div", {tap, c.integer(dilation[k])});
        if (taps != 1) tap = c.emit("Mul", {tap, c.integer(taps)});
        sum = sum.empty() ? tap : c.emit("Add", {sum, tap});
        taps *= kernel[k];
    }
    return c.cast(sum, c.resultType(1));
}

void maximum(WriteContext& c) {
    const auto axes = static_cast<size_t>(c.shape(0).rank() - 2);
    std::vector<OutAttribute> window = windowOf(c);
    window.push_back({"dilations", each(c.attrs(), "dilation", axes)});
    if (!c.isRead(1)) return c.give(c.emit("MaxPool", {c.in(0)}, std::move(window)));
    const std::vector<std::string> both = c.emitSeveral("MaxPool", {c.in(0)}, std::move(window), 2);
    c.give(both[0], 0);
    c.give(placesInWindows(c, both[1]), 1);
}

void average(WriteContext& c) {
    std::vector<OutAttribute> window = windowOf(c);
    window.push_back({"count_include_pad", int64_t{c.attrs().flag("count_include_pad")}});
    c.give(c.emit("AveragePool", {c.in(0)}, std::move(window)));
}

void globalAverage(WriteContext& c) { c.give(c.emit("GlobalAveragePool", {c.in(0)})); }
void globalMaximum(WriteContext& c) { c.give(c.emit("GlobalMaxPool", {c.in(0)})); }

bool isGlobal(const Shape& y) {
    return std::all_of(y.dims().begin() + 2, y.dims().end(), [](int64_t e) { return e == 1; });
}

/// Of windows that all have one size.
bool isEven(const OpQuery& q, int64_t) {
    const Shape &x = q.in[0].shape, &y = q.out[0].shape;
    for (int axis = 2; axis < x.rank(); ++axis)
        if (x[axis] % y[axis] != 0) return false;
    return x.rank() > 2 && x.rank() < 6;
}

void adaptive(WriteContext& c, std::string_view opType, std::string_view ofAll) {
    const Shape &x = c.shape(0), &y = c.resultShape();
    if (isGlobal(y)) return c.give(c.emit(ofAll, {c.in(0)}));
    std::vector<int64_t> kernel;
    for (int axis = 2; axis < x.rank(); ++axis) kernel.push_back(x[axis] / y[axis]);
    c.give(c.emit(opType, {c.in(0)}, {{"kernel_shape", kernel}, {"strides", kernel}}));
}
void adaptiveAverage(WriteContext& c) { adaptive(c, "AveragePool", "GlobalAveragePool"); }
void adaptiveMaximum(WriteContext& c) { adaptive(c, "MaxPool", "GlobalMaxPool"); }

/// Where the windows that divide an axis begin and end.
std::pair<int64_t, int64_t> windowAt(int64_t place, int64_t extent, int64_t windows) {
    return {place * extent / windows, ((place + 1) * extent + windows - 1) / windows};
}

std::string piece(WriteContext& c, int64_t axis, std::pair<int64_t, int64_t> range) {
    return c.emit("Slice", {c.in(0), c.integers({range.first}), c.integers({range.second}),
                            c.integers({axis})});
}

void overWindows(WriteContext& c, std::string_view reduction) {
    const int64_t axis = c.axisOf(0), windows = c.attrs().integer("size");
    const int64_t extent = c.shape(0)[static_cast<int>(axis)];
    std::vector<std::string> parts;
    for (int64_t place = 0; place < windows; ++place)
        parts.push_back(
            c.reduced(reduction, piece(c, axis, windowAt(place, extent, windows)), {axis}, true));
    c.give(c.emit("Concat", std::move(parts), {{"axis", axis}}));
}

void windowMean(WriteContext& c) {
    if (c.attrs().flag("adjoint")) c.refuse("it is of a gradient");
    overWindows(c, "ReduceMean");
}

void windowExtreme(WriteContext& c) {
    if (c.isRead(1)) c.refuse("where its numbers lie is counted otherwise in ONNX");
    overWindows(c, c.attrs().flag("largest") ? "ReduceMax" : "ReduceMin");
}

constexpr WriteRule rules[] = {{"max_pool1d", maximum},
                               {"max_pool2d", maximum},
                               {"max_pool3d", maximum},
                               {"avg_pool1d", average},
                               {"avg_pool2d", average},
                               {"avg_pool3d", average},
                               {"global_avg_pool2d", globalAverage},
                               {"global_max_pool2d", globalMaximum},
                               {"adaptive_avg_pool", adaptiveAverage, 1, isEven},
                               {"adaptive_max_pool", adaptiveMaximum, 1, isEven},
                               {"window_mean", windowMean},
                               {"window_extreme", windowExtreme}};

}  // namespace

extern const WriteRules descriptor;
constinit const WriteRules descriptor = {rules};

}  // namespace vitrine::onnx::writers::pooling

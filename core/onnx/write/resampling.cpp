// SPDX-License-Identifier: Apache-2.0
// Images at other places than those of their pixels.
#include "core/onnx/export/write_rule_parts.h"
#include "core/tensor/element.h"

#include <algorithm>

namespace vitrine::onnx::writers::resampling {

namespace {

/// What the pixel of a place between two is called in ONNX.
std::string roundingOf(const Attrs& attrs) {
    const std::string& rounding = attrs.text("rounding");
    if (rounding != "by_sampling") return rounding;
    const std::string& sampling = attrs.text("sampling");
    return sampling == "asymmetric" ? "floor" : "round_prefer_ceil";
}

std::vector<OutAttribute> wayOf(WriteContext& c) {
    const Attrs& attrs = c.attrs();
    const std::string& mode = attrs.text("mode");
    std::vector<OutAttribute> way{{"mode", mode},
                                  {"coordinate_transformation_mode", attrs.text("sampling")}};
    if (mode == "nearest") {
        way.push_back({"nearest_mode", roundingOf(attrs)});
        return way;
    }
    if (mode == "cubic") way.push_back({"cubic_coeff_a", attrs.real("cubic_coefficient")});
    if (attrs.flag("exclude_outside") || attrs.flag("antialias"))
        way.push_back({"exclude_outside", int64_t{1}});
    if (attrs.flag("antialias")) {
        if (c.opset() < 18) c.refuse("antialias stands in operator set 18 and later");
        way.push_back({"antialias", int64_t{1}});
    }
    return way;
}

std::string scalesInput(WriteContext& c, const std::vector<double>& scales) {
    std::vector<std::byte> bytes(scales.size() * sizeof(float));
    for (size_t i = 0; i < scales.size(); ++i)
        writeElement(bytes.data(), DType::F32, static_cast<int64_t>(i), scales[i]);
    return c.scales(TensorData::of(DType::F32, Shape{std::ssize(scales)}, std::move(bytes)));
}

/// The factor of every axis is exact for whatever size comes in.
bool isWhole(const Attrs& attrs) {
    const double scale = attrs.real("scale");
    return scale >= 1 && scale == static_cast<double>(static_cast<int64_t>(scale));
}

void resize(WriteContext& c) {
    const Attrs& attrs = c.attrs();
    if (attrs.list("size").empty() && (attrs.flag("keep_scale") || isWhole(attrs))) {
        std::vector<double> scales(static_cast<size_t>(c.shape(0).rank()), attrs.real("scale"));
        scales[0] = scales[1] = 1;
        return c.give(c.emit("Resize", {c.in(0), "", scalesInput(c, scales)}, wayOf(c)));
    }
    c.give(c.emit("Resize", {c.in(0), "", "", c.extents()}, wayOf(c)));
}

void resizeLike(WriteContext& c) {
    c.give(c.emit("Resize", {c.in(0), "", "", c.extents()}, wayOf(c)));
}

void resample(WriteContext& c) {
    const double factor = c.attrs().real("factor");
    if (factor == 0) return resizeLike(c);
    std::vector<double> scales(static_cast<size_t>(c.shape(0).rank()), 1);
    scales[static_cast<size_t>(c.axisOf(0))] = factor;
    c.give(c.emit("Resize", {c.in(0), "", scalesInput(c, scales)}, wayOf(c)));
}

void gridSample(WriteContext& c) {
    const Attrs& attrs = c.attrs();
    std::string mode = attrs.text("mode");
    if (c.opset() < 20) mode = mode == "linear" ? "bilinear" : mode == "cubic" ? "bicubic" : mode;
    c.give(c.emit("GridSample", {c.in(0), c.in(1)},
                  {{"mode", mode},
                   {"padding_mode", attrs.text("padding")},
                   {"align_corners", int64_t{attrs.flag("align_corners")}}}));
}

/// Before operator set 20 of images with two axes alone.
bool canSample(const OpQuery& q, int64_t opset) { return opset >= 20 || q.in[0].shape.rank() == 4; }

void roiAlign(WriteContext& c) {
    const Attrs& attrs = c.attrs();
    const std::vector<int64_t>& size = attrs.list("size");
    const std::string mode = attrs.text("mode") == "mean" ? "avg" : "max";
    const std::string sampling = attrs.flag("aligned") ? "half_pixel" : "output_half_pixel";
    std::string images = c.in(2);
    if (c.type(2) != DType::I64) images = c.cast(images, DType::I64);
    c.give(c.emit("RoiAlign", {c.in(0), c.in(1), images},
                  {{"output_height", size.front()},
                   {"output_width", size.back()},
                   {"sampling_ratio", attrs.integer("sampling_ratio")},
                   {"spatial_scale", attrs.real("spatial_scale")},
                   {"mode", mode},
                   {"coordinate_transformation_mode", sampling}}));
}

constexpr WriteRule rules[] = {{"resize", resize},
                               {"resize_like", resizeLike},
                               {"resample", resample},
                               {"grid_sample", gridSample, 16, canSample},
                               {"roi_align", roiAlign, 16}};

}  // namespace

extern const WriteRules descriptor;
constinit const WriteRules descriptor = {rules};

}  // namespace vitrine::onnx::writers::resampling

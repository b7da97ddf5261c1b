// SPDX-License-Identifier: Apache-2.0
// Images in another size, by the nearest pixel, or by linear or cubic interpolation along every
// axis.
#include "core/base/count_text.h"
#include "core/opdef/shape_rules.h"
#include "core/ops/families/resample_rules.h"

#include <cmath>

#include <fmt/format.h>

namespace vitrine::ops::resize {

namespace {

namespace rules = vitrine::resample;

/// Extents behind the channels.
Result<Shape> sizeOf(const Attrs& attrs, const Shape& x) {
    const std::vector<int64_t>& size = attrs.list("size");
    const int axes = x.rank() - 2;
    if (!size.empty() && std::ssize(size) != axes)
        return shapeError(fmt::format("size has {}, x {} has {} axes behind its channels",
                                      countOf(size.size(), "number"), x.text(), axes));
    Shape result{x[0], x[1]};
    for (int i = 0; i < axes; ++i) {
        const double scaled = std::floor(static_cast<double>(x[2 + i]) * attrs.real("scale"));
        result.push(size.empty() ? static_cast<int64_t>(scaled) : size[static_cast<size_t>(i)]);
    }
    VITRINE_TRY(needSize("result", result));
    return result;
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Result<Shape> size = sizeOf(attrs, in[0].shape);
    if (!size.ok()) return size.error();
    return oneResult(*size, in[0].dtype);
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const Result<Shape> size = sizeOf(attrs, b.shape(in[0]));
    VITRINE_CHECK(size.ok(), "a composite is built after its shapes were checked");
    Attrs along = rules::withFields(b.attrs("resample"), attrs);
    if (attrs.flag("keep_scale") && attrs.list("size").empty())
        along.with("factor", attrs.real("scale"));
    return {rules::alongAll(b, along, in[0], *size)};
}

constexpr PortSpec inputs[] = {{.id = "x",
                                .title = "Input",
                                .pattern = "[N, C, …]",
                                .help = "Images with any axes behind their channels."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = "[N, C, …]",
                                 .help = "The images in their new size."}};
constexpr FieldSpec fields[] = {
    {.id = "size",
     .title = "Size",
     .type = FieldType::IntList,
     .minimum = 1,
     .maximum = 1 << 20,
     .unit = "px",
     .help = "Extents behind the channels. None: the input's, times the scale, rounded down.",
     .onNode = OnNode::Value},
    {.id = "scale",
     .title = "Scale",
     .type = FieldType::Real,
     .defaultNumber = 2,
     .minimum = 0.001,
     .maximum = 1024,
     .help = "Factor along every axis, where no size is given."},
    rules::modeField,
    rules::samplingField,
    rules::roundingField,
    rules::cubicField,
    rules::antialiasField,
    rules::excludeField,
    addition({.id = "keep_scale",
              .title = "Places by scale",
              .type = FieldType::Bool,
              .help = "Whether places are reckoned with the scale as it is, as in PyTorch and "
                      "ONNX, rather than with that of the rounded sizes."})};

constexpr OpSample samples[] = {
    {"", "2x3x2x3"},
    {"size=5,4 mode=linear", "2x2x3x7"},
    {"scale=0.5 sampling=asymmetric", "1x17x6x5"},
    {"size=3 mode=linear sampling=align_corners", "2x3x5"},
    {"size=3,2,4 mode=linear", "1x2x2x3x2"},
    {"size=5,7 mode=cubic", "1x2x3x4"},
    {"size=2,3 mode=cubic antialias=true cubic_coefficient=-0.5", "1x2x5x4"},
    {"size=2,3 mode=linear antialias=true", "1x2x7x4"},
    {"scale=0.7 keep_scale=true rounding=round_prefer_floor", "2x1x5"},
    {"scale=1.1 keep_scale=true mode=linear", "2x1x5"},
    {"size=1,3 mode=cubic exclude_outside=true "
     "sampling=pytorch_half_pixel",
     "1x2x3x3"}};
constexpr OpErrorSample errorSamples[] = {
    {"size=3", "2x3x4x5", "size has 1 number, x [2, 3, 4, 5] has 2 axes behind its channels"},
    {"scale=0.1", "2x3x4x5", "result [2, 3, 0, 0] has an extent below 1"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "resize",
    .title = "Resize",
    .category = "shape",
    .summary = "Brings images to another size.",
    .formula = "y[…, p] = Σ_q w(p, q) · x[…, q] along every axis behind the channels",
    .searchWords = "upsample downsample interpolate scale bilinear bicubic nearest antialias",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::resize

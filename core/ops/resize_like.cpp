// SPDX-License-Identifier: Apache-2.0
// Images in the size that others have.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/resample_rules.h"

#include <fmt/format.h>

namespace vitrine::ops::resize_like {

namespace {

namespace rules = vitrine::resample;

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    const Shape &x = in[0].shape, &like = in[1].shape;
    if (x.rank() != like.rank())
        return shapeError(fmt::format("x {} has other axes than like {}", x.text(), like.text()));
    Shape result = like;
    result[0] = x[0];
    result[1] = x[1];
    VITRINE_TRY(needSize("result", result));
    return oneResult(result, in[0].dtype);
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const Attrs along = rules::withFields(b.attrs("resample"), attrs);
    return {rules::alongAll(b, along, in[0], b.shape(in[1]))};
}

constexpr PortSpec inputs[] = {
    {.id = "x",
     .title = "Input",
     .hasOwnType = true,
     .pattern = "[N, C, …]",
     .help = "Images with any axes behind their channels."},
    {.id = "like",
     .title = "Size",
     .types = everyType,
     .hasOwnType = true,
     .pattern = "[M, D, …]",
     .help = "Images of the wanted size; what is in them does not count."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .hasOwnType = true,
                                 .pattern = "[N, C, …]",
                                 .help = "The images in their new size."}};
constexpr FieldSpec fields[] = {rules::modeField,  rules::samplingField,  rules::roundingField,
                                rules::cubicField, rules::antialiasField, rules::excludeField};

constexpr OpSample samples[] = {{"", "2x3x2x3 2x1x4x5"},
                                {"mode=linear", "1x2x3x4 1x5x6x7"},
                                {"mode=linear sampling=align_corners", "2x3x5 1x1x3"},
                                {"mode=cubic", "1x1x4x4 1x2x3x6"}};
constexpr OpErrorSample errorSamples[] = {
    {"", "2x3x4x5 2x3x4", "x [2, 3, 4, 5] has other axes than like [2, 3, 4]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "resize_like",
    .title = "Resize like",
    .category = "shape",
    .summary = "Brings images to the size that others have.",
    .formula = "y[…, p] = Σ_q w(p, q) · x[…, q] along every axis behind the channels",
    .searchWords = "upsample downsample interpolate skip connection bilinear bicubic nearest",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::resize_like

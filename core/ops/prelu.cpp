// SPDX-License-Identifier: Apache-2.0
// Parametric rectified linear unit (He et al. 2015).
#include "core/opdef/shape_rules.h"
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::prelu {

namespace {

int64_t slopes(const Attrs& attrs, const Shape& x) { return attrs.flag("shared") ? 1 : x[1]; }

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const int64_t wanted = slopes(attrs, in[0].shape);
    if (in[1].shape[0] == wanted) return std::vector{in[0]};
    return shapeError("slope needs shape [" + std::to_string(wanted) + "], got " +
                      in[1].shape.text());
}

Result<std::vector<ParamSpec>> parameters(const Attrs& attrs, std::span<const ValueShape> in) {
    return std::vector<ParamSpec>{{1, {slopes(attrs, in[0].shape)}, {}}};
}

// y = x · (p + slope · (1 − p)) with p = 1 where x > 0, else 0, one slope for each channel: at 0
// the slope counts, as in PyTorch.
std::vector<ValueId> build(Builder& b, const Attrs&, std::span<const ValueId> in) {
    Shape perChannel{b.shape(in[1])[0]};
    for (int axis = 2; axis < b.shape(in[0]).rank(); ++axis) perChannel.push(1);
    const ValueId slope = b.reshape(in[1], perChannel);
    const ValueId isAbove = b.emit("relu", {b.emit("sign", {in[0]})});
    const ValueId isBelow =
        b.emit("shift", b.attrs("shift").with("offset", 1.0), {b.scale(isAbove, -1)});
    return {b.mul(in[0], b.add(isAbove, b.mul(isBelow, slope)))};
}

constexpr PortSpec inputs[] = {
    {.id = "x", .title = "Input", .pattern = "[N, C, …]", .help = "Images, or rows [N, C]."},
    {.id = "slope",
     .title = "Slope",
     .role = PortRole::Parameter,
     .pattern = "[K]",
     .help = "What numbers below zero are multiplied by; starts at 0."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = "[N, C, …]",
                                 .help = "Result, shaped like the input."}};
constexpr FieldSpec fields[] = {{.id = "shared",
                                 .title = "One slope",
                                 .type = FieldType::Bool,
                                 .help = "Whether all channels have the same slope."}};

constexpr OpSample samples[] = {
    {"", "3x5"}, {"", "2x3x5x7"}, {"shared=true", "2x4x3"}, {"", "1x17x2x1x2"}};
constexpr OpErrorSample errorSamples[] = {{"", "5", "x needs shape [N, C, …], got [5]"},
                                          {"", "3x4<10", "x needs f32 or f64, got i32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "prelu",
    .title = "PReLU",
    .category = "activation",
    .summary = "Scales numbers below zero by a trained slope for each channel.",
    .formula = "y = x where x > 0, else slope[c] · x",
    .searchWords = "activation slope",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .parameters = parameters,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::prelu

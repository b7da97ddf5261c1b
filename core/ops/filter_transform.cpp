// SPDX-License-Identifier: Apache-2.0
// filter_transform: 3 × 3 filters as Winograd's convolution multiplies with them. A pass places it
// before those.
#include <fmt/format.h>

#include "core/opdef/descriptor.h"
#include "core/opdef/shape_rules.h"

namespace vitrine::ops::filter_transform {

namespace {

constexpr int64_t taps = 3, frequencies = 6;

constexpr PortSpec inputs[]{
    {.id = "weight",
     .title = "Weight",
     .types = floatTypes,
     .pattern = "[F, C, R, S]",
     .help = "Filters of 3 × 3 taps; the adjoint takes 6 × 6 frequencies."}};
constexpr PortSpec outputs[]{{.id = "y",
                              .title = "Output",
                              .types = floatTypes,
                              .pattern = "[F, C, …]",
                              .help = "6 × 6 frequencies of each; the adjoint gives 3 × 3 taps."}};
constexpr FieldSpec fields[]{{.id = "adjoint",
                              .title = "Adjoint",
                              .type = FieldType::Bool,
                              .help = "From frequencies to taps, as gradients go."}};

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const bool adjoint = attrs.flag("adjoint");
    const int64_t from = adjoint ? frequencies : taps, to = adjoint ? taps : frequencies;
    Shape y = in[0].shape;
    if (y[2] != from || y[3] != from)
        return shapeError(
            fmt::format("weight needs filters of {0}×{0}, got {1}×{2}", from, y[2], y[3]));
    y[2] = y[3] = to;
    return std::vector{ValueShape{y, in[0].dtype}};
}

kernels::Problem problem(const OpQuery& q) {
    return kernels::FilterTransform{.adjoint = q.instr.attrs.flag("adjoint")};
}

ValueId transformed(Builder& b, const Attrs& attrs, ValueId x, bool adjoint) {
    Attrs own = attrs;
    return b.emit("filter_transform", own.with("adjoint", adjoint), {x});
}
void vjp(VjpContext& c) {
    const Attrs& attrs = c.instr.attrs;
    c.inGrad[0] = transformed(c.b, attrs, c.outGrad[0], !attrs.flag("adjoint"));
}
void jvp(JvpContext& c) {
    const Attrs& attrs = c.instr.attrs;
    c.outTangent[0] = transformed(c.b, attrs, c.inTangent[0], attrs.flag("adjoint"));
}
/// Two products with a matrix of 6 × 3 for each filter and channel.
double flops(const OpQuery& q) {
    const int64_t filters = q.in[0].shape[0] * q.in[0].shape[1];
    return 2.0 * static_cast<double>(filters * taps * frequencies * (taps + frequencies));
}

constexpr OpSample samples[] = {
    {"", "2x3x3x3"}, {"adjoint=true", "2x3x6x6"}, {"", "17x1x3x3"}, {"adjoint=true", "1x5x6x6"}};
constexpr OpErrorSample errorSamples[] = {
    {"", "2x3x5x3", "weight needs filters of 3×3, got 5×3"},
    {"adjoint=true", "2x3x3x3", "weight needs filters of 6×6, got 3×3"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor{
    .id = "filter_transform",
    .title = "Filter transform",
    .category = "internal",
    .summary =
        "Brings 3 × 3 filters into the frequencies that Winograd's convolution multiplies "
        "with.",
    .formula = "y = G w Gᵀ",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = problem,
    .flops = flops,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::filter_transform

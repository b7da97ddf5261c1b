// SPDX-License-Identifier: Apache-2.0
// Rows brought to mean 0 and variance 1, scaled and shifted: what layer, group and instance
// normalisation do.
#include "core/ops/families/row_norm_rules.h"
#include "core/ops/families/tangent_sum.h"

namespace vitrine::ops::row_normalize {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    VITRINE_TRY(row_norm::needScales(attrs, in[0].shape, in[1].shape));
    return std::vector{in[0]};
}

void vjp(VjpContext& c) {
    const std::vector<ValueId> gradients =
        c.b.emitAll("row_normalize_grad", row_norm::gradientFields(c.b, c.instr),
                    std::vector{c.outGrad[0], c.in(0), c.in(1)});
    for (size_t k = 0; k < gradients.size(); ++k)
        if (c.wanted[k]) c.inGrad[k] = gradients[k];
}

/// scale · x̂'(x) tx + tscale · x̂ + tshift.
void jvp(JvpContext& c) {
    const row_norm::Rows rows(c.b, c.in(0), c.instr.attrs);
    TangentSum sum(c.b);
    if (c.inTangent[0] != noValue) sum.add(rows.scaled(rows.derivative(c.inTangent[0]), c.in(1)));
    if (c.inTangent[1] != noValue) sum.add(rows.scaled(rows.normal(), c.inTangent[1]));
    if (c.inTangent[2] != noValue) sum.add(rows.spread(c.inTangent[2]));
    c.outTangent[0] = sum.value();
}

kernels::Problem problem(const OpQuery& q) {
    return kernels::RowNorm{.epsilon = q.instr.attrs.real("epsilon"),
                            .blocks = q.instr.attrs.integer("blocks")};
}

/// Two sums, and four operations of the result.
double flops(const OpQuery& q) { return 8.0 * static_cast<double>(q.in[0].shape.elements()); }

constexpr PortSpec inputs[] = {
    {.id = "x", .title = "Input", .pattern = "[N, C]", .help = "Rows to be normalised."},
    row_norm::scaleInput,
    {.id = "shift", .title = "Shift", .pattern = "[S]", .help = "As many numbers, added."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = "[N, C]",
                                 .help = "Normalised rows, shaped like the input."}};
constexpr FieldSpec fields[] = {row_norm::blocksField, row_norm::epsilonField};
constexpr OpSample samples[] = {{"", "3x5 5 5"},
                                {"", "4x6 1 1"},
                                {"", "17x20 4 4"},
                                {"blocks=2", "6x8 4 4"},
                                {"blocks=3 epsilon=0.1", "3x2 6 6"}};
constexpr OpErrorSample errors[] = {{"", "2x3x4x4 4 4", "x needs shape [N, C], got [2, 3, 4, 4]"},
                                    {"", "2x6 4 4", "4 scales do not divide 1 blocks of 6 columns"},
                                    {"blocks=2", "3x4 4 4", "3 rows do not divide into 2 blocks"},
                                    {"", "2x6 3 2", "shift needs shape [3], got [2]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "row_normalize",
    .title = "Normalisation of rows",
    .category = "internal",
    .summary = "Brings each row to mean 0 and variance 1, then scales and shifts.",
    .formula = "y[n, c] = scale[s] · (x[n, c] − mean[n]) / √(variance[n] + epsilon) + shift[s]",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = problem,
    .flops = flops,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::row_normalize

// SPDX-License-Identifier: Apache-2.0
// Gradients of normalised rows, all three in one pass.
#include "core/ops/families/row_norm_rules.h"
#include "core/ops/families/tangent_sum.h"

namespace vitrine::ops::row_normalize_grad {

namespace {

enum Input { Dy, X, Scale };

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    VITRINE_TRY(row_norm::needScales(attrs, in[X].shape, in[Scale].shape));
    return std::vector{in[X], in[Scale], in[Scale]};
}

/// With dx = x̂'(x) (scale · dy), dscale = Σ dy · x̂, dshift = Σ dy, and gradients u, p, q of them:
/// of dy   scale · x̂'(x) u + p · x̂ + q
/// of x    x̂''(x) (u, scale · dy) + x̂'(x) (p · dy)
/// of scale  Σ dy · x̂'(x) u.
void vjp(VjpContext& c) {
    const row_norm::Rows rows(c.b, c.in(X), c.instr.attrs);
    const ValueId u = c.outGrad[0], p = c.outGrad[1], q = c.outGrad[2];
    const ValueId along = u == noValue ? noValue : rows.derivative(u);
    TangentSum ofDy(c.b), ofX(c.b);
    if (u != noValue) {
        ofDy.add(rows.scaled(along, c.in(Scale)));
        ofX.add(rows.bend(u, rows.scaled(c.in(Dy), c.in(Scale))));
        if (c.wanted[Scale])
            c.inGrad[Scale] = rows.summed(c.b.mul(c.in(Dy), along), c.b.shape(c.in(Scale)));
    }
    if (p != noValue) {
        ofDy.add(rows.scaled(rows.normal(), p));
        ofX.add(rows.derivative(rows.scaled(c.in(Dy), p)));
    }
    if (q != noValue) ofDy.add(rows.spread(q));
    if (c.wanted[Dy]) c.inGrad[Dy] = ofDy.value();
    if (c.wanted[X]) c.inGrad[X] = ofX.value();
}

void jvp(JvpContext& c) {
    const row_norm::Rows rows(c.b, c.in(X), c.instr.attrs);
    const Shape scales = c.b.shape(c.in(Scale));
    const ValueId tdy = c.inTangent[Dy], tx = c.inTangent[X], tscale = c.inTangent[Scale];
    TangentSum ofDx(c.b), ofScale(c.b);
    if (tdy != noValue) {
        ofDx.add(rows.derivative(rows.scaled(tdy, c.in(Scale))));
        ofScale.add(rows.summed(c.b.mul(tdy, rows.normal()), scales));
        c.outTangent[2] = rows.summed(tdy, scales);
    }
    if (tscale != noValue) ofDx.add(rows.derivative(rows.scaled(c.in(Dy), tscale)));
    if (tx != noValue) {
        ofDx.add(rows.bend(rows.scaled(c.in(Dy), c.in(Scale)), tx));
        ofScale.add(rows.summed(c.b.mul(c.in(Dy), rows.derivative(tx)), scales));
    }
    c.outTangent[0] = ofDx.value();
    c.outTangent[1] = ofScale.value();
}

kernels::Problem problem(const OpQuery& q) {
    return kernels::RowNorm{.isBackward = true,
                            .epsilon = q.instr.attrs.real("epsilon"),
                            .blocks = q.instr.attrs.integer("blocks")};
}

double flops(const OpQuery& q) { return 16.0 * static_cast<double>(q.in[X].shape.elements()); }

constexpr PortSpec inputs[] = {
    {.id = "dy", .title = "Gradient", .pattern = "[N, C]", .help = "Gradient of the result."},
    {.id = "x", .title = "Input", .pattern = "[N, C]", .help = "Rows as they were given."},
    row_norm::scaleInput};
constexpr PortSpec outputs[] = {
    {.id = "dx", .title = "Gradient of the input", .pattern = "[N, C]", .help = "Like the input."},
    {.id = "dscale", .title = "Gradient of the scale", .pattern = "[S]", .help = "Like the scale."},
    {.id = "dshift",
     .title = "Gradient of the shift",
     .pattern = "[S]",
     .help = "Like the shift."}};
constexpr FieldSpec fields[] = {row_norm::blocksField, row_norm::epsilonField};
constexpr OpSample samples[] = {{"", "3x5 3x5 5"},
                                {"", "4x6 4x6 2"},
                                {"", "17x20 17x20 4"},
                                {"blocks=2", "6x8 6x8 4"},
                                {"blocks=3 epsilon=0.1", "3x2 3x2 6"}};
constexpr OpErrorSample errors[] = {
    {"", "2x6 2x6 4", "4 scales do not divide 1 blocks of 6 columns"},
    {"blocks=2", "3x4 3x4 4", "3 rows do not divide into 2 blocks"},
    {"", "2x6 2x5 6", "x needs shape [2, 6], got [2, 5]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "row_normalize_grad",
    .title = "Gradient of normalised rows",
    .category = "internal",
    .summary = "Gradients of rows that were normalised, and of their scales and shifts.",
    .formula =
        "dx = r (g − mean(g) − x̂ · mean(g x̂)), g = dy · scale, r = 1 / √(variance + "
        "epsilon), x̂ = (x − mean) r; dscale = Σ dy · x̂, dshift = Σ dy",
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

}  // namespace vitrine::ops::row_normalize_grad

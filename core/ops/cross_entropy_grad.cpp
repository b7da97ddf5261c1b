// SPDX-License-Identifier: Apache-2.0
// Gradient of cross-entropy in its logits, as a primitive with derivatives of its own.
#include "core/ops/families/row_rules.h"
#include "core/ops/families/tangent_sum.h"

namespace vitrine::ops::cross_entropy_grad {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector{in[0]};
}

/// (softmax(logits) − target) · g / N for another g.
ValueId withFactor(Builder& b, const Instr& instr, ValueId g) {
    return b.emit("cross_entropy_grad", instr.attrs, {instr.in[0], instr.in[1], g});
}

/// ∂d/∂logits · v = J_softmax · v · g / N; symmetric, so both modes use it.
ValueId inLogits(Builder& b, const Instr& instr, ValueId v) {
    const ValueId logits = instr.in[0], g = instr.in[2];
    const ValueId spread = row::softmaxDerivative(b, b.emit("softmax", {logits}), v);
    return b.scale(b.emit("scale_by", {spread, g}), 1.0 / static_cast<double>(b.shape(logits)[0]));
}

void vjp(VjpContext& c) {
    const ValueId g = c.in(2);
    if (c.wanted[0]) c.inGrad[0] = inLogits(c.b, c.instr, c.outGrad[0]);
    if (!c.wanted[2]) return;
    const ValueId one = c.b.constant(c.b.shape(g), c.b.dtype(g), 1.0);
    const ValueId slope = c.b.emit("dot", {c.outGrad[0], withFactor(c.b, c.instr, one)});
    c.inGrad[2] = c.b.reshape(slope, c.b.shape(g));
}

void jvp(JvpContext& c) {
    TangentSum sum(c.b);
    if (c.inTangent[0] != noValue) sum.add(inLogits(c.b, c.instr, c.inTangent[0]));
    if (c.inTangent[2] != noValue) sum.add(withFactor(c.b, c.instr, c.inTangent[2]));
    c.outTangent[0] = sum.value();
}

kernels::Problem problem(const OpQuery& q) {
    return kernels::Row{.pass = kernels::RowPass::CrossEntropyGrad,
                        .labelSmoothing = q.instr.attrs.real("label_smoothing")};
}

/// Softmax, difference, product.
double flops(const OpQuery& q) { return 7.0 * static_cast<double>(q.in[0].shape.elements()); }

constexpr PortSpec inputs[] = {row::logitsInput,
                               row::labelsInput,
                               {.id = "g",
                                .title = "Gradient",
                                .pattern = "[]",
                                .help = "Gradient of the loss; one element."}};
constexpr PortSpec outputs[] = {{.id = "d",
                                 .title = "Gradient of logits",
                                 .pattern = "[N, C]",
                                 .help = "Gradient, shaped like the logits."}};
constexpr FieldSpec fields[] = {row::labelSmoothing};
constexpr OpSample samples[] = {{"", "3x5 3<5 scalar"},
                                {"label_smoothing=0.1", "17x10 17<10 1", -3, 3},
                                {"", "1x3 1<3 scalar"}};
constexpr OpErrorSample errors[] = {
    {"", "2x3x4x4 2<3 scalar", "logits needs shape [N, C], got [2, 3, 4, 4]"},
    {"", "2x3 3<3 scalar", "labels needs shape [2], got [3]"},
    {"", "2x3 2<3 2", "g needs one element, got [2]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "cross_entropy_grad",
    .title = "Cross-entropy gradient",
    .category = "internal",
    .summary = "Gradient of cross-entropy in its logits.",
    .formula = "d = (softmax(logits) − target) · g / N",
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

}  // namespace vitrine::ops::cross_entropy_grad

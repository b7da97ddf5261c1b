// SPDX-License-Identifier: Apache-2.0
// Cross-entropy between softmax of the logits and the labels, averaged over the batch.
#include "core/opdef/loss_weight.h"
#include "core/ops/families/row_rules.h"

namespace vitrine::ops::cross_entropy {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector{ValueShape{{}, in[0].dtype}};
}

ValueId gradient(Builder& b, const Instr& instr, ValueId g) {
    return b.emit(
        "cross_entropy_grad",
        b.attrs("cross_entropy_grad").with("label_smoothing", instr.attrs.real("label_smoothing")),
        {instr.in[0], instr.in[1], g});
}

void vjp(VjpContext& c) { c.inGrad[0] = gradient(c.b, c.instr, c.outGrad[0]); }

/// tloss = Σ ∂loss/∂logits · tlogits.
void jvp(JvpContext& c) {
    const ValueId one = c.b.constant({}, c.b.dtype(c.in(0)), 1.0);
    c.outTangent[0] = c.b.emit("dot", {gradient(c.b, c.instr, one), c.inTangent[0]});
}

kernels::Problem problem(const OpQuery& q) {
    return kernels::Row{.pass = kernels::RowPass::CrossEntropy,
                        .labelSmoothing = q.instr.attrs.real("label_smoothing")};
}

/// Maximum, difference, exponential, sum, and the product with the target.
double flops(const OpQuery& q) { return 6.0 * static_cast<double>(q.in[0].shape.elements()); }

constexpr PortSpec inputs[] = {row::logitsInput, row::labelsInput};
constexpr PortSpec outputs[] = {
    {.id = "loss", .title = "Loss", .pattern = "[]", .help = "Mean over the batch, in nats."}};
constexpr FieldSpec fields[] = {row::labelSmoothing, lossWeight};
constexpr OpSample samples[] = {{"", "3x5 3<5"},
                                {"label_smoothing=0.1", "17x10 17<10", -3, 3},
                                {"", "1x3 1<3"},
                                {"label_smoothing=1", "2x4 2<4"}};
constexpr OpErrorSample errors[] = {
    {"", "2x3x4x4 2<3", "logits needs shape [N, C], got [2, 3, 4, 4]"},
    {"", "2x3 3<3", "labels needs shape [2], got [3]"},
    {"", "2x3 2", "labels needs i32, got f32"},
    {"label_smoothing=1.5", "2x3 2<3",
     "field 'label_smoothing' is '1.5', wanted a number from 0 to 1"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "cross_entropy",
    .title = "Cross-entropy",
    .category = "loss",
    .summary = "Negative logarithm of the probability that softmax gives the true class.",
    .formula =
        "loss = −(1/N) Σ_n Σ_c target[n, c] · log softmax(logits)[n, c],  "
        "target = (1 − s) · onehot(labels) + s / C",
    .searchWords = "ce loss nll softmax logits",
    .shortName = "loss",
    .kind = NodeKind::Loss,
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

}  // namespace vitrine::ops::cross_entropy

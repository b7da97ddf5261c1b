// SPDX-License-Identifier: Apache-2.0
// Cosine embedding loss: pairs of the same kind point the same way, others apart.
#include "core/ops/families/loss_rules.h"

namespace vitrine::ops::cosine_embedding {

namespace {

/// 1e-12 joins the squared lengths: the cosine with a row of zeros is 0. (As in PyTorch, which
/// rounds it to float32 also in float64.)
ValueId cosine(Builder& b, ValueId first, ValueId second) {
    const auto product = [&](ValueId x, ValueId y) { return b.reduceSum(b.mul(x, y), {1}, false); };
    const auto length = [&](ValueId x) { return loss::shifted(b, product(x, x), 1e-12); };
    const ValueId lengths = b.emit("sqrt", {b.mul(length(first), length(second))});
    return b.mul(product(first, second), b.emit("reciprocal", {lengths}));
}

/// A pair whose target is 0 costs nothing.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const ValueId similarity = cosine(b, in[0], in[1]);
    const ValueId apart = loss::shifted(b, b.scale(similarity, -1), 1);
    const ValueId near = b.emit("relu", {loss::shifted(b, similarity, -attrs.real("margin"))});
    const ValueId same = b.emit("relu_gate", {apart, in[2]});
    const ValueId other = b.emit("relu_gate", {near, b.scale(in[2], -1)});
    return {loss::meanOf(b, b.add(same, other))};
}

constexpr PortSpec inputs[] = {
    {.id = "first",
     .title = "First",
     .pattern = "[N, F]",
     .help = "Features of one image of each pair."},
    {.id = "second", .title = "Second", .pattern = "[N, F]", .help = "Features of the other one."},
    {.id = "target",
     .title = "Target",
     .pattern = "[N]",
     .help = "1 for pairs of the same kind, −1 for others."}};
constexpr FieldSpec fields[] = {{.id = "margin",
                                 .title = "Margin",
                                 .type = FieldType::Real,
                                 .defaultNumber = 0,
                                 .minimum = -1,
                                 .maximum = 1,
                                 .help = "Cosine up to which a pair of two kinds costs nothing."},
                                lossWeight};
constexpr OpSample samples[] = {
    {"", "3x5 3x5 3"}, {"margin=-0.5", "4x17 4x17 4"}, {"margin=0.2", "1x2 1x2 1"}};
constexpr OpErrorSample errors[] = {{"", "2x3 2x4 2", "second needs shape [2, 3], got [2, 4]"},
                                    {"", "2x3 2x3 3", "target needs shape [2], got [3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "cosine_embedding",
    .title = "Cosine embedding loss",
    .category = "loss",
    .summary =
        "One minus the cosine of pairs of the same kind; what the cosine of others is above a "
        "margin.",
    .formula = "loss = Σ_n (t > 0 ? 1 − cos : max(0, cos − margin)) / N",
    .searchWords = "metric learning siamese similarity contrastive",
    .shortName = "loss",
    .kind = NodeKind::Loss,
    .inputs = inputs,
    .outputs = loss::outputs,
    .fields = fields,
    .inferShapes = loss::shapes,
    .build = build,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::cosine_embedding

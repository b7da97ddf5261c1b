// SPDX-License-Identifier: Apache-2.0
// Kullback-Leibler divergence of the target from softmax of the logits, averaged over the batch.
#include "core/ops/families/loss_rules.h"

namespace vitrine::ops::kl_divergence {

namespace {

/// t log t is 0 where t is 0: the logarithm is taken of 1 there. (The slope in a target of 0 leaves
/// that logarithm out; PyTorch has −∞.)
std::vector<ValueId> build(Builder& b, const Attrs&, std::span<const ValueId> in) {
    const ValueId target = loss::rowsOf(b, in[1]);
    const ValueId one = b.constant(b.shape(target), b.dtype(target), 1);
    const ValueId isZero = b.sub(one, b.emit("relu_gate", {one, target}));
    const ValueId logTarget = b.emit("log", {b.add(target, isZero)});
    const ValueId logSoftmax = loss::logSoftmax(b, loss::rowsOf(b, in[0]));
    const ValueId sum = b.emit("dot", {target, b.sub(logTarget, logSoftmax)});
    return {b.scale(sum, 1.0 / static_cast<double>(b.shape(target)[0]))};
}

constexpr PortSpec inputs[] = {loss::logitsInput,
                               {.id = "target",
                                .title = "Target",
                                .pattern = "[N, C, S…]",
                                .help = "Probabilities, shaped like the logits; for each image, or "
                                        "each place of it, they sum to one."}};
constexpr FieldSpec fields[] = {lossWeight};
constexpr OpSample samples[] = {{"", "3x5 3x5", 0.1, 1},
                                {"", "2x3x5 2x3x5", 0.1, 1},
                                {"", "1x17 1x17", 0.01, 0.2},
                                {"", "2x4x3x2 2x4x3x2", 0.1, 1}};
constexpr OpErrorSample errors[] = {{"", "2x3 2x4", "target needs shape [2, 3], got [2, 4]"},
                                    {"", "5 5", "logits needs shape"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "kl_divergence",
    .title = "KL divergence",
    .category = "loss",
    .summary = "How far softmax of the logits is from a distribution that is given.",
    .formula = "loss = Σ_n Σ_c t (log t − log softmax(logits)) / N",
    .searchWords = "kullback leibler divergence distillation soft labels",
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

}  // namespace vitrine::ops::kl_divergence

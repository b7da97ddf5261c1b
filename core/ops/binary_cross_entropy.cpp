// SPDX-License-Identifier: Apache-2.0
// Cross-entropy of yes-or-no questions, one for each element, between sigmoid of the logits and the
// target.
#include "core/opdef/descriptor.h"
#include "core/opdef/loss_weight.h"

namespace vitrine::ops::binary_cross_entropy {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector{ValueShape{{}, in[0].dtype}};
}

/// −log sigmoid(x) = softplus(−x), and −log(1 − sigmoid(x)) = softplus(x). Of the two sums neither
/// has a difference in it: a target of 0 or 1 leaves no cancellation however large the logit, and
/// the gradient is right where a logit is 0.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const ValueId x = in[0], target = in[1];
    const ValueId otherwise =
        b.emit("shift", b.attrs("shift").with("offset", 1.0), {b.scale(target, -1)});
    ValueId yes = b.emit("dot", {target, b.emit("softplus", {b.scale(x, -1)})});
    if (const double weight = attrs.real("pos_weight"); weight != 1) yes = b.scale(yes, weight);
    const ValueId no = b.emit("dot", {otherwise, b.emit("softplus", {x})});
    return {b.scale(b.add(yes, no), 1.0 / static_cast<double>(b.shape(x).elements()))};
}

constexpr PortSpec inputs[] = {{.id = "logits",
                                .title = "Logits",
                                .pattern = "[S…]",
                                .help = "What the network says: above 0 for yes, below for no."},
                               {.id = "target",
                                .title = "Target",
                                .pattern = "[S…]",
                                .help = "What it should say, from 0 for no to 1 for yes; shaped "
                                        "like the logits."}};
constexpr PortSpec outputs[] = {{.id = "loss",
                                 .title = "Loss",
                                 .pattern = "[]",
                                 .help = "Mean over all elements of the batch, in nats."}};
constexpr FieldSpec fields[] = {
    addition({.id = "pos_weight",
              .title = "Weight of yes",
              .type = FieldType::Real,
              .defaultNumber = 1,
              .minimum = 0,
              .maximum = 1e6,
              .help = "How much more a yes counts than a no, where there are few of them."}),
    lossWeight};
constexpr OpSample samples[] = {
    {"", "3x5 3x5", 0, 1}, {"", "2x3x5x7 2x3x5x7"},           {"", "2x1x4x4 2x1x4x4", -4, 4},
    {"", "1x1 1x1"},       {"pos_weight=3", "2x5 2x5", 0, 1}, {"", "5 5", 0, 1}};
constexpr OpErrorSample errors[] = {{"", "2x3 2x4", "target needs shape [2, 3], got [2, 4]"},
                                    {"", "2x3 2", "target needs shape [2, 3], got [2]"},
                                    {"", "3<10 3", "logits needs f32 or f64, got i32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "binary_cross_entropy",
    .title = "Binary cross-entropy",
    .category = "loss",
    .summary =
        "Negative logarithm of the probability that sigmoid gives the true answer, for each "
        "element by itself.",
    .formula = "loss = Σ [w · t · softplus(−x) + (1 − t) · softplus(x)] / count",
    .searchWords = "bce loss logits sigmoid mask segmentation multilabel",
    .shortName = "loss",
    .kind = NodeKind::Loss,
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::binary_cross_entropy

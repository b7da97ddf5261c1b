// SPDX-License-Identifier: Apache-2.0
// Focal loss (Lin et al. 2017): binary cross-entropy that counts what is answered well much less.
#include "core/ops/families/loss_rules.h"

namespace vitrine::ops::focal {

namespace {

/// −log p = softplus(−x) and 1 − p = e^−softplus(x), so that (1 − p)^γ = e^(−γ softplus(x)):
/// nothing cancels or overflows. For targets of 0 and 1 it is the paper's; in between, the mixture
/// of both.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const ValueId target = in[1];
    const ValueId yes = b.emit("softplus", {b.scale(in[0], -1)});
    const ValueId no = b.emit("softplus", {in[0]});
    const double gamma = attrs.real("gamma"), balance = attrs.real("balance");
    const auto focused = [&](ValueId loss, ValueId other) {
        return b.mul(b.emit("exp", {b.scale(other, -gamma)}), loss);
    };
    const ValueId rest = loss::shifted(b, b.scale(target, -1), 1);
    const ValueId ofYes = b.scale(b.emit("dot", {target, focused(yes, no)}), balance);
    const ValueId ofNo = b.scale(b.emit("dot", {rest, focused(no, yes)}), 1 - balance);
    return {b.scale(b.add(ofYes, ofNo), 1.0 / static_cast<double>(b.shape(target).elements()))};
}

constexpr PortSpec inputs[] = {
    {.id = "logits",
     .title = "Logits",
     .pattern = "[S…]",
     .help = "What the network says: above 0 for yes, below for no."},
    {.id = "target",
     .title = "Target",
     .pattern = "[S…]",
     .help = "What it should say, 0 for no and 1 for yes; shaped like the logits."}};
constexpr FieldSpec fields[] = {
    {.id = "gamma",
     .title = "Gamma",
     .type = FieldType::Real,
     .defaultNumber = 2,
     .minimum = 0,
     .maximum = 100,
     .help = "How much less counts what is answered well; 0: as much as anything."},
    {.id = "balance",
     .title = "Balance",
     .type = FieldType::Real,
     .defaultNumber = 0.25,
     .minimum = 0,
     .maximum = 1,
     .help = "Share of yes; no has the rest."},
    lossWeight};
constexpr OpSample samples[] = {{"", "3x5 3x5", 0, 1},
                                {"gamma=0.5 balance=0.5", "2x1x4x4 2x1x4x4", -4, 4},
                                {"gamma=0", "1x1 1x1"},
                                {"", "5 5"}};
constexpr OpErrorSample errors[] = {
    {"", "2x3 2x4", "target needs shape [2, 3], got [2, 4]"},
    {"balance=2", "2 2", "field 'balance' is '2', wanted a number from 0 to 1"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "focal",
    .title = "Focal loss",
    .category = "loss",
    .summary =
        "Binary cross-entropy for rare answers: easy elements count less, the harder ones more.",
    .formula =
        "loss = Σ [α t (1 − p)^γ (−log p) + (1 − α)(1 − t) p^γ (−log(1 − p))] / count,  p = "
        "sigmoid(x)",
    .searchWords = "imbalance detection retinanet binary",
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

}  // namespace vitrine::ops::focal

// SPDX-License-Identifier: Apache-2.0
// LAMB (You et al. 2020, Large Batch Optimization for Deep Learning, algorithm 2).
#include "core/optim/families/adam_rules.h"

namespace vitrine::optim::lamb {

namespace {

/// ‖p‖ / ‖r‖; 1 where one of them is 0.
ValueId trustRatio(UpdateRules& rules, ValueId way) {
    Builder& b = rules.builder();
    const ValueId ofWeights = b.emit("global_norm", {rules.parameter()});
    const ValueId ofWay = b.emit("global_norm", {way});
    const auto both = [&](ValueId x) { return rules.where(rules.where(x, ofWeights), ofWay); };
    const ValueId neither = rules.plus(b.scale(both(rules.number(1)), -1), 1);
    return b.add(both(rules.over(ofWeights, ofWay)), neither);
}

/// r = m̂ / (√v̂ + eps) + decay · p, p' = p − lr · ‖p‖ / ‖r‖ · r. The norms are of one parameter,
/// that is of a layer's weights or of its bias; the paper's φ is the identity.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, const UpdateContext& c) {
    UpdateRules rules(b, c);
    const Moments moments = adamMoments(rules, rules.gradient(), attrs);
    const ValueId corrected = rules.over(moments.first, rules.correction(attrs.real("beta1")));
    ValueId way = rules.over(corrected, adamDivisor(rules, moments.second, attrs));
    if (const double decay = attrs.real("weight_decay"); decay > 0)
        way = b.add(way, b.scale(rules.parameter(), decay));
    const ValueId rate = rules.times(rules.rate(), trustRatio(rules, way));
    return {rules.minus(rules.parameter(), rules.times(way, rate)), moments.first, moments.second};
}

constexpr FieldSpec fields[] = {
    beta1Field, beta2Field,
    epsilonOf(1e-6, "Keeps the division safe where gradients are very small."),
    weightDecayField(0.01, "Share of each weight that joins the step before its length is set.")};

}  // namespace

extern const OptimizerDescriptor descriptor;
constinit const OptimizerDescriptor descriptor = {
    .id = "lamb",
    .title = "LAMB",
    .summary =
        "Adam whose step is as long, for every layer, as its weights are: made for very large "
        "batches.",
    .fields = fields,
    .slotsOf = likeParameter<adamSlotNames>,
    .build = build,
};

}  // namespace vitrine::optim::lamb

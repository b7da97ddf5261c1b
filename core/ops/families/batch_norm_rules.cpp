// SPDX-License-Identifier: Apache-2.0
// Composition of batch normalisation.
#include "core/ops/families/batch_norm_rules.h"

#include "core/ops/families/channel_rules.h"

namespace vitrine::batch_norm {

namespace {

enum Input { X, Gamma, Beta, RunningMean, RunningVar, Batches };

/// gamma / √(variance + eps).
ValueId scaleFrom(Builder& b, const Attrs& attrs, ValueId gamma, ValueId variance) {
    const Attrs root = b.attrs("rsqrt").with("epsilon", attrs.real("eps"));
    return b.mul(gamma, b.emit("rsqrt", root, {variance}));
}

/// Share of the newest batch in a plain average: one of as many as there are now.
ValueId shareOfNewest(Builder& b, ValueId batches) {
    const ValueId now = b.emit("shift", b.attrs("shift").with("offset", 1.0), {batches});
    b.updateState(batches, now);
    return b.emit("reciprocal", {now});
}

/// What the running averages are updated with.
struct Tracking {
    double momentum = 0;
    ValueId share = noValue;  ///< instead of the momentum
};

/// state ← (1 − momentum) · state + momentum · factor · observed, or state + share · (factor ·
/// observed − state).
void track(Builder& b, const Tracking& by, ValueId state, ValueId observed, double factor) {
    if (by.share != noValue) {
        const ValueId change = b.sub(factor == 1 ? observed : b.scale(observed, factor), state);
        return b.updateState(state, b.add(state, b.mul(change, by.share)));
    }
    b.updateState(
        state, b.add(b.scale(state, 1.0 - by.momentum), b.scale(observed, by.momentum * factor)));
}

}  // namespace

Result<std::vector<ValueShape>> shapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector{in[X]};
}

Result<std::vector<ParamSpec>> parameters(const Attrs& attrs, std::span<const ValueShape> in) {
    const Shape perChannel{in[X].shape[1]};
    const Init zeros{InitKind::Zeros}, ones{InitKind::Ones};
    std::vector<ParamSpec> specs{{Gamma, perChannel, ones},
                                 {Beta, perChannel, zeros},
                                 {RunningMean, perChannel, zeros},
                                 {RunningVar, perChannel, ones}};
    if (attrs.flag("cumulative")) specs.push_back({Batches, {1}, zeros});
    return specs;
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    ValueId mean = in[RunningMean], variance = in[RunningVar];
    if (b.training()) {
        const std::vector<ValueId> moments = b.emitAll("channel_moments", {}, {&in[X], 1});
        mean = moments[0];
        variance = moments[1];
        const int64_t m = channel::elementsPerChannel(b.shape(in[X]));
        Tracking by{.momentum = attrs.real("momentum")};
        if (attrs.flag("cumulative")) by.share = shareOfNewest(b, in[Batches]);
        track(b, by, in[RunningMean], mean, 1.0);
        // A single number is no observation of a variance: what is known of it stays.
        if (m > 1)
            track(b, by, in[RunningVar], variance,
                  static_cast<double>(m) / static_cast<double>(m - 1));
    }
    const ValueId scale = scaleFrom(b, attrs, in[Gamma], variance);
    return {channel::normalize(b, in[X], mean, scale, in[Beta])};
}

}  // namespace vitrine::batch_norm

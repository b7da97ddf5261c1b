// SPDX-License-Identifier: Apache-2.0
// What updates have in common that are composed of pointwise operators: numbers of the step,
// running means, weight decay.
#pragma once

#include "core/optim/optimizer.h"

namespace vitrine::optim {

class UpdateRules {
  public:
    /// Begins with the gradient after clipping.
    UpdateRules(Builder& builder, const UpdateContext& context);

    ValueId parameter() const { return m_context.parameter; }
    ValueId gradient() const { return m_gradient; }
    ValueId slot(size_t i) const { return m_context.slotValues[i]; }
    /// One number without axes, so that it repeats along parameters of any shape.
    ValueId rate() const { return m_rate; }
    /// Number of this update, from 1, as one floating-point number.
    ValueId step();

    ValueId number(double value);
    /// A value of the parameter's shape.
    ValueId filled(double value);
    ValueId plus(ValueId x, double offset);
    ValueId minus(ValueId a, ValueId b) { return m_b.sub(a, b); }
    ValueId times(ValueId a, ValueId b) { return m_b.mul(a, b); }
    ValueId over(ValueId a, ValueId b) { return m_b.mul(a, inverse(b)); }
    ValueId inverse(ValueId x) { return m_b.emit("reciprocal", {x}); }
    ValueId root(ValueId x) { return m_b.emit("sqrt", {x}); }
    ValueId squared(ValueId x) { return m_b.mul(x, x); }
    /// `x` where `by` is above 0, else 0.
    ValueId where(ValueId x, ValueId by) { return m_b.emit("relu_gate", {x, by}); }
    /// The larger of two, b where they are equal; exact.
    ValueId larger(ValueId a, ValueId b);
    /// −1, 0 or 1, of a value of the parameter's shape.
    ValueId sign(ValueId x);
    /// keep · old + (1 − keep) · next.
    ValueId mean(ValueId old, ValueId next, double keep);
    /// base^step.
    ValueId power(double base);
    /// 1 − keep^step, what a running mean that began at 0 is divided by. From y = −step · ln keep
    /// as 2 τ / (1 + τ) with τ = tanh(y / 2): without the cancellation of 1 − e^−y.
    ValueId correction(double keep);

    /// gradient + decay · parameter.
    ValueId coupled(double decay);
    /// (1 − rate · decay) · parameter.
    ValueId decayed(double decay);

    Builder& builder() { return m_b; }

  private:
    Builder& m_b;
    const UpdateContext& m_context;
    ValueId m_gradient = noValue, m_rate = noValue, m_step = noValue;
};

/// Slots that are shaped like the parameter.
template <const auto& names>
std::vector<SlotSpec> likeParameter(const Attrs&, const Shape& parameter) {
    std::vector<SlotSpec> slots;
    for (std::string_view name : names) slots.push_back({name, parameter});
    return slots;
}

constexpr FieldSpec weightDecayField(double usual, std::string_view help) {
    return {.id = "weight_decay",
            .title = "Weight decay",
            .type = FieldType::Real,
            .defaultNumber = usual,
            .minimum = 0,
            .maximum = 1e6,
            .help = help};
}
inline constexpr FieldSpec coupledDecay =
    weightDecayField(0, "Share of each weight that is added to its gradient.");
inline constexpr std::string_view decoupledHelp =
    "Share by which the learning rate shrinks each weight.";
inline constexpr FieldSpec decoupledField = {
    .id = "decoupled",
    .title = "Decoupled decay",
    .type = FieldType::Bool,
    .help =
        "Weight decay shrinks the weights themselves, by the learning rate's share of it, "
        "instead of joining the gradient."};

/// A field for a share from 0 up to, and not including, 1.
constexpr FieldSpec shareField(std::string_view id, std::string_view title, double usual,
                               std::string_view help) {
    return {.id = id,
            .title = title,
            .type = FieldType::Real,
            .defaultNumber = usual,
            .minimum = 0,
            .maximum = 0.999999,
            .help = help};
}
constexpr FieldSpec epsilonOf(double usual, std::string_view help) {
    return {.id = "eps",
            .title = "Epsilon",
            .type = FieldType::Real,
            .defaultNumber = usual,
            .minimum = 0,
            .maximum = 1,
            .help = help};
}

}  // namespace vitrine::optim

// SPDX-License-Identifier: Apache-2.0
// Composed updates: numbers of the step, running means, weight decay.
#include "core/optim/families/update_rules.h"

#include <cmath>

namespace vitrine::optim {

UpdateRules::UpdateRules(Builder& builder, const UpdateContext& context)
    : m_b(builder), m_context(context) {
    m_gradient = m_b.emit("clipped_gradient", {context.gradient, context.scale});
    m_rate = m_b.reshape(context.learningRate, {});
}

ValueId UpdateRules::step() {
    if (m_step != noValue) return m_step;
    const std::string type(name(m_b.dtype(m_context.parameter)));
    const ValueId step = m_b.emit("cast", m_b.attrs("cast").with("to", type), {m_context.step});
    return m_step = m_b.reshape(step, {});
}

ValueId UpdateRules::number(double value) {
    return m_b.constant({}, m_b.dtype(m_context.parameter), value);
}

ValueId UpdateRules::filled(double value) {
    return m_b.constant(m_b.shape(m_context.parameter), m_b.dtype(m_context.parameter), value);
}

ValueId UpdateRules::plus(ValueId x, double offset) {
    return m_b.emit("shift", m_b.attrs("shift").with("offset", offset), {x});
}

ValueId UpdateRules::larger(ValueId a, ValueId b) {
    const ValueId by = m_b.sub(a, b);
    return m_b.add(where(a, by), m_b.sub(b, where(b, by)));
}

ValueId UpdateRules::sign(ValueId x) {
    const ValueId one = filled(1);
    return m_b.sub(where(one, x), where(one, m_b.scale(x, -1)));
}

ValueId UpdateRules::mean(ValueId old, ValueId next, double keep) {
    return m_b.add(m_b.scale(old, keep), m_b.scale(next, 1 - keep));
}

ValueId UpdateRules::power(double base) {
    if (base <= 0) return number(0);
    return m_b.emit("exp", {m_b.scale(step(), std::log(base))});
}

ValueId UpdateRules::correction(double keep) {
    if (keep <= 0) return number(1);
    const ValueId tau = m_b.emit("tanh", {m_b.scale(step(), -0.5 * std::log(keep))});
    return over(m_b.scale(tau, 2), plus(tau, 1));
}

ValueId UpdateRules::coupled(double decay) {
    if (decay == 0) return m_gradient;
    return m_b.add(m_gradient, m_b.scale(m_context.parameter, decay));
}

ValueId UpdateRules::decayed(double decay) {
    if (decay == 0) return m_context.parameter;
    return m_b.mul(m_context.parameter, plus(m_b.scale(m_rate, -decay), 1));
}

}  // namespace vitrine::optim

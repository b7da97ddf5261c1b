// SPDX-License-Identifier: Apache-2.0
// Sum of the terms of a derivative rule, where each term may be zero and then costs nothing.
#pragma once

#include "core/opdef/builder.h"

namespace vitrine {

class TangentSum {
  public:
    explicit TangentSum(Builder& builder) : m_builder(builder) {}
    /// Adds a term; noValue is zero.
    void add(ValueId term) {
        if (term == noValue) return;
        m_sum = m_sum == noValue ? term : m_builder.add(m_sum, term);
    }
    /// noValue where no term was added.
    ValueId value() const { return m_sum; }

  private:
    Builder& m_builder;
    ValueId m_sum = noValue;
};

}  // namespace vitrine

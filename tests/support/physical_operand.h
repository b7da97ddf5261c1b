// SPDX-License-Identifier: Apache-2.0
// An operand of a kernel in any layout: everything that kernels must not rely on is NaN.
#pragma once

#include <vector>

#include "core/tensor/layout.h"
#include "tests/support/interpreter.h"

namespace vitrine::test {

class PhysicalOperand {
  public:
    /// Memory that nobody has written.
    explicit PhysicalOperand(const TensorType& type);
    /// Numbers in row-major order; the halo becomes zero, channels and images that are not there
    /// NaN.
    PhysicalOperand(const TensorType& type, const std::vector<double>& numbers);

    const TensorType& type() const { return m_type; }
    void* data() { return m_memory.data(); }
    std::vector<double> numbers() const;
    /// The elements' bytes in row-major order, without padding: for comparing bits.
    std::vector<std::byte> bits() const;
    bool guardsIntact() const { return m_memory.guardsIntact(); }
    /// Is every element of the halo zero, in padding lanes and channels too?
    bool haloIsZero() const;

  private:
    std::byte* at(int64_t element) { return m_memory.data() + element * sizeOf(m_type.dtype); }
    const std::byte* at(int64_t element) const {
        return m_memory.data() + element * sizeOf(m_type.dtype);
    }

    TensorType m_type;
    GuardedMemory m_memory;
};

}  // namespace vitrine::test

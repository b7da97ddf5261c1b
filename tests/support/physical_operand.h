// SPDX-License-Identifier: Apache-2.0
// An operand of a kernel in any layout: everything that kernels must not rely on is NaN.
#pragma once

#include <vector>

#include "core/tensor/element.h"
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
    /// The elements' bytes in row-major order, without padding: for comparing bits. Of packed
    /// types the bytes that hold them.
    std::vector<std::byte> bits() const;
    bool guardsIntact() const { return m_memory.guardsIntact(); }
    /// Is every element of the halo zero, in padding lanes and channels too?
    bool haloIsZero() const;

  private:
    void write(int64_t place, double number) {
        writeElement(m_memory.data(), m_type.dtype, place, number);
    }
    double read(int64_t place) const { return readElement(m_memory.data(), m_type.dtype, place); }

    TensorType m_type;
    GuardedMemory m_memory;
};

}  // namespace vitrine::test

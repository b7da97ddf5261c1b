// SPDX-License-Identifier: Apache-2.0
// Runs a Program instruction by instruction, without passes and planner: every value has row-major
// memory of its own between guard bands. What it gives is what the Program means.
#pragma once

#include <cstddef>
#include <vector>

#include "core/base/result.h"
#include "core/opdef/descriptor.h"
#include "core/tensor/layout.h"

namespace vitrine::test {

/// Bytes at a multiple of 64, with a guard band on both sides.
class GuardedMemory {
  public:
    explicit GuardedMemory(int64_t bytes);
    std::byte* data() { return m_lines.data()->bytes + guardBytes; }
    const std::byte* data() const { return m_lines.data()->bytes + guardBytes; }
    int64_t size() const { return m_size; }
    /// Fills the inside with the pattern that marks bytes nobody has written.
    void forget();
    bool guardsIntact() const;
    /// Index of the first element of `elementBytes` that still holds the pattern, or -1.
    int64_t firstUnwritten(int64_t elementBytes) const;

  private:
    static constexpr int64_t guardBytes = 64;
    struct alignas(64) Line {
        std::byte bytes[64];
    };
    int64_t m_size;
    std::vector<Line> m_lines;
};

class Interpreter {
  public:
    /// Chooses the kernels. `program` must outlive this. Values of F64 run the reference kernels.
    explicit Interpreter(const Program& program);

    /// Numbers of an input or state, row-major.
    void set(ValueId id, const std::vector<double>& numbers);
    std::vector<double> get(ValueId id) const;
    /// Errors: "interpreter", where a kernel writes outside of its results, leaves an element of
    /// them unwritten or changes an operand, and where a view refuses a contiguous operand.
    Result<void> run();

  private:
    struct Step {
        kernels::Kernel kernel;
        GuardedMemory workspace{0}, scratch{0};
        TensorType view;  ///< of a view's result in its operand's memory
    };
    Step prepare(const Instr& instr) const;
    Result<void> runKernel(const Instr& instr, Step& step);
    void copyView(const Instr& instr, const TensorType& view);
    TensorType typeOf(ValueId id) const;
    GuardedMemory& memory(ValueId id) { return m_memory[static_cast<size_t>(id)]; }

    const Program& m_program;
    std::vector<GuardedMemory> m_memory;
    std::vector<Step> m_steps;
};

}  // namespace vitrine::test

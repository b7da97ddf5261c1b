// SPDX-License-Identifier: Apache-2.0
// Who reads what in a Program: for passes that put instructions together or apart.
#pragma once

#include <string>
#include <vector>

#include "core/ir/program.h"

namespace vitrine {

/// Instructions that read each value. What a pass changes it says here as well. Any thread.
class Readers {
  public:
    explicit Readers(const Program& program);

    /// Their numbers, each once; in the order of the program until something is added. A value that
    /// came later than this has none.
    const std::vector<size_t>& of(ValueId value) const;
    void add(ValueId value, size_t instr);
    void remove(ValueId value, size_t instr);
    void removeAll(ValueId value);

  private:
    std::vector<std::vector<size_t>> m_byValue;
};

/// By value: whether it is read from outside, as an output, as what a state becomes, or by its
/// name, which is `pinned`.
std::vector<char> stayingValues(const Program& program,
                                const std::vector<std::string>& pinned = {});

}  // namespace vitrine

// SPDX-License-Identifier: Apache-2.0
// Copies instructions, operand by operand.
#include "core/train/second_pass.h"

#include <algorithm>

namespace vitrine {

void appendAgain(Program& program, size_t instrs, std::map<ValueId, ValueId>& replaced) {
    for (size_t i = 0; i < instrs; ++i) {
        Instr again = program.instrs[i];
        bool isOther = false;
        for (ValueId& operand : again.in) {
            const auto found = replaced.find(operand);
            if (found == replaced.end()) continue;
            operand = found->second;
            isOther = true;
        }
        if (!isOther) continue;
        for (ValueId& result : again.out) {
            Value value = program.value(result);
            if (!value.name.empty()) value.name += "@again";  // no id has an @
            value.definedBy = static_cast<int>(program.instrs.size());
            const auto copy = static_cast<ValueId>(program.values.size());
            program.values.push_back(std::move(value));
            replaced[result] = copy;
            result = copy;
        }
        program.instrs.push_back(std::move(again));
    }
}

}  // namespace vitrine

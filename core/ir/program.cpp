// SPDX-License-Identifier: Apache-2.0
// Looking things up in a Program.
#include "core/ir/program.h"

namespace vitrine {

std::string_view name(Phase phase) {
    switch (phase) {
        case Phase::Forward:
            return "forward";
        case Phase::Loss:
            return "loss";
        case Phase::Metric:
            return "metric";
        case Phase::Backward:
            return "backward";
        case Phase::Clip:
            return "clip";
        case Phase::Update:
            return "update";
    }
    return "?";
}

ValueId Program::find(const std::vector<NamedValue>& list, std::string_view name) const {
    for (const NamedValue& entry : list)
        if (entry.name == name) return entry.value;
    return noValue;
}

const StateBinding* Program::state(std::string_view name) const {
    for (const StateBinding& binding : states)
        if (binding.name == name) return &binding;
    return nullptr;
}

}  // namespace vitrine

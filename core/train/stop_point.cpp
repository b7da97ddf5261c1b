// SPDX-License-Identifier: Apache-2.0
// Looks for a node among the origins of entries.
#include "core/train/stop_point.h"

#include <algorithm>

namespace vitrine {

int firstEntryOf(const Tape& tape, const std::string& node, bool backward) {
    const auto found =
        std::find_if(tape.entries.begin(), tape.entries.end(), [&](const TapeEntry& entry) {
            const Phase phase = entry.instr.phase;
            const bool isPart = backward ? phase == Phase::Backward
                                         : phase == Phase::Forward || phase == Phase::Loss;
            const auto& origins = entry.instr.origins;
            return isPart && std::find(origins.begin(), origins.end(), node) != origins.end();
        });
    return found == tape.entries.end() ? -1 : static_cast<int>(found - tape.entries.begin());
}

}  // namespace vitrine

// SPDX-License-Identifier: Apache-2.0
// Looks for a node among the origins of entries.
#include "core/train/stop_point.h"

#include <algorithm>

namespace vitrine {

int firstEntryOf(const Tape& tape, const std::string& node, bool backward) {
    const auto isPart = [&](const TapeEntry& entry) {
        const Phase phase = entry.instr.phase;
        const bool isOfPhase = backward ? phase == Phase::Backward && !entry.again
                                        : phase == Phase::Forward || phase == Phase::Loss;
        const auto& origins = entry.instr.origins;
        return isOfPhase && std::find(origins.begin(), origins.end(), node) != origins.end();
    };
    // Weights that are put in order at the start are not yet the node at work.
    auto found = std::ranges::find_if(
        tape.entries, [&](const TapeEntry& entry) { return !entry.once && isPart(entry); });
    if (found == tape.entries.end()) found = std::ranges::find_if(tape.entries, isPart);
    return found == tape.entries.end() ? -1 : static_cast<int>(found - tape.entries.begin());
}

}  // namespace vitrine

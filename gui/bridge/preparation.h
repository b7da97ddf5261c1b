// SPDX-License-Identifier: GPL-3.0-or-later
// What a tape begins with before it computes anything of an example: weights are put in order.
#pragma once

#include <algorithm>

#include "core/session/live_run.h"

namespace vitrine::gui {

/// Entries at the start that run once. Few are no trouble to anybody, and count as none.
inline int preparationOf(const Tape& tape) {
    constexpr auto few = 4;
    const auto first = std::ranges::find(tape.entries, false, &TapeEntry::once);
    const auto count = static_cast<int>(first - tape.entries.begin());
    return count < few ? 0 : count;
}

}  // namespace vitrine::gui

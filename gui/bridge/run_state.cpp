// SPDX-License-Identifier: GPL-3.0-or-later
// What follows from the parts of a state.
#include "gui/bridge/run_state.h"

namespace vitrine::gui::run_machine {

bool isOver(RunPhase phase) {
    return phase == RunPhase::None || phase == RunPhase::Finished || phase == RunPhase::Stopped ||
           phase == RunPhase::Failed;
}

RunPhase State::phase() const {
    const bool isOpening =
        !std::holds_alternative<Idle>(start) && !std::holds_alternative<Replacing>(start);
    if (isOpening) return RunPhase::Opening;
    return run ? run->phase : RunPhase::None;
}

const OpenRun& State::seenRun() const {
    static const OpenRun none;
    return run ? *run : none;
}

}  // namespace vitrine::gui::run_machine

// SPDX-License-Identifier: GPL-3.0-or-later
// What the numbers of the run are called that a window shows.
#pragma once

#include "gui/bridge/run_controller.h"

namespace vitrine::gui {

/// Of a live run, or of one that lies on disk; empty where there is neither.
inline ChannelNames channelNames(const RunController& run) {
    if (run.run()) return namesOf(run.run()->channels());
    return run.pastRun() ? run.pastRun()->history.names : ChannelNames();
}

}  // namespace vitrine::gui

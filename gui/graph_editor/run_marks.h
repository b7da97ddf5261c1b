// SPDX-License-Identifier: GPL-3.0-or-later
// RunMarks: which nodes stop the run, and where it stands.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/probe/stop_request.h"
#include "core/session/live_run.h"

namespace vitrine::gui {

struct RunMarks {
    std::set<std::string, std::less<>> stopsForward, stopsBackward;
    std::set<std::string, std::less<>> current;  ///< nodes of the entry that runs next
    bool operator==(const RunMarks&) const = default;
};

/// `tape` may be null; the stop point counts only where `isStopped`.
RunMarks runMarksOf(const std::vector<Breakpoint>& breakpoints, const Tape* tape,
                    const StopPoint& stop, bool isStopped);

}  // namespace vitrine::gui

// SPDX-License-Identifier: GPL-3.0-or-later
// From breakpoints and the stop point to nodes.
#include "gui/graph_editor/run_marks.h"

namespace vitrine::gui {

RunMarks runMarksOf(const std::vector<Breakpoint>& breakpoints, const Tape* tape,
                    const StopPoint& stop, bool isStopped) {
    RunMarks marks;
    for (const Breakpoint& point : breakpoints)
        (point.backward ? marks.stopsBackward : marks.stopsForward).insert(point.node);
    if (!isStopped || !tape || !stop.insideStep || stop.entry < 0) return marks;
    const auto entry = static_cast<size_t>(stop.entry);
    if (entry >= tape->entries.size()) return marks;
    const auto& origins = tape->entries[entry].instr.origins;
    marks.current.insert(origins.begin(), origins.end());
    return marks;
}

}  // namespace vitrine::gui

// SPDX-License-Identifier: GPL-3.0-or-later
// What a run's lines say at one step, as cells of a read-out.
#pragma once

#include "gui/views/charts/course_lines.h"
#include "gui/widgets/read_out.h"

namespace vitrine::gui {

/// Values at the last step that is not after `step`; `—` where there is none yet.
std::vector<ReadOut::Cell> chartCells(const CourseLines& run, double step, const Theme& theme);

}  // namespace vitrine::gui

// SPDX-License-Identifier: GPL-3.0-or-later
// A long layout from top to bottom, cut into columns that stand side by side. Needs no window.
#pragma once

#include <QPointF>
#include <QSizeF>

#include <utility>
#include <vector>

namespace vitrine::gui {

/// `places`: upper left corners of nodes that are laid out in rows; `edges`: pairs of indices. Cut
/// into as many columns as make the whole largest when it is shown in `room`; each is read from top
/// to bottom, and the next stands to its right. Cut where a single edge goes from row to row, so
/// that what branches stays together; across more where that makes the whole much larger.
/// One column where cutting gains next to nothing.
void wrapIntoColumns(std::vector<QPointF>& places, const std::vector<std::pair<int, int>>& edges,
                     const QSizeF& room);

}  // namespace vitrine::gui

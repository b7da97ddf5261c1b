// SPDX-License-Identifier: GPL-3.0-or-later
// What all gestures share.
#include "gui/graph_editor/gesture.h"

#include "gui/graph_editor/canvas_view.h"

namespace vitrine::gui {

Gesture::Gesture(CanvasView& view) : m_view(view) {}

const CanvasTools& Gesture::tools() const { return m_view.tools(); }

void Gesture::tell(const Result<void>& result) const { m_view.tell(result); }

}  // namespace vitrine::gui

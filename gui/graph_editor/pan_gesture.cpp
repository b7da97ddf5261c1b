// SPDX-License-Identifier: GPL-3.0-or-later
// Scrolls by as much as the pointer moved.
#include "gui/graph_editor/pan_gesture.h"

#include "gui/graph_editor/canvas_view.h"

namespace vitrine::gui {

PanGesture::PanGesture(CanvasView& view, const Pointer& start)
    : Gesture(view), m_last(start.viewport) {
    view.viewport()->setCursor(Qt::ClosedHandCursor);
}

PanGesture::~PanGesture() { view().viewport()->unsetCursor(); }

void PanGesture::move(const Pointer& pointer) {
    view().panBy(pointer.viewport - m_last);
    m_last = pointer.viewport;
}

}  // namespace vitrine::gui

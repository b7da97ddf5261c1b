// SPDX-License-Identifier: GPL-3.0-or-later
// MoveGesture: drags the selected nodes on the grid. A single loose node that is dropped on an edge
// is put into it (Alt: not). Without moving it is a click.
#pragma once

#include <QStringList>

#include "gui/graph_editor/gesture.h"

namespace vitrine::gui {

class MoveGesture : public Gesture {
  public:
    /// `node`: the one under the pointer.
    MoveGesture(CanvasView& view, const Pointer& start, QString node);
    void move(const Pointer& pointer) override;
    void finish(const Pointer& pointer) override;
    void cancel() override;

  private:
    void press(Qt::KeyboardModifiers modifiers);
    /// The edge that the node would be put into.
    std::optional<Edge> edgeUnder(Qt::KeyboardModifiers modifiers) const;

    QPointF m_start, m_shift;
    QPoint m_startPixel;
    QString m_node;
    bool m_wasSelected = false, m_isMoving = false;
};

}  // namespace vitrine::gui

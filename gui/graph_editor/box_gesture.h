// SPDX-License-Identifier: GPL-3.0-or-later
// BoxGesture: selects what a rectangle touches. Shift adds, Ctrl toggles.
#pragma once

#include <QGraphicsRectItem>
#include <QStringList>

#include <memory>

#include "gui/graph_editor/gesture.h"

namespace vitrine::gui {

class BoxGesture : public Gesture {
  public:
    BoxGesture(CanvasView& view, const Pointer& start);
    void move(const Pointer& pointer) override;
    void finish(const Pointer& pointer) override;
    void cancel() override;

  private:
    QStringList selectionWith(const QStringList& touched, Qt::KeyboardModifiers modifiers) const;
    QPointF m_start;
    QStringList m_before;
    std::unique_ptr<QGraphicsRectItem> m_box;
};

}  // namespace vitrine::gui

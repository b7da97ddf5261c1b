// SPDX-License-Identifier: GPL-3.0-or-later
// PanGesture: the canvas follows the hand.
#pragma once

#include "gui/graph_editor/gesture.h"

namespace vitrine::gui {

class PanGesture : public Gesture {
  public:
    PanGesture(CanvasView& view, const Pointer& start);
    ~PanGesture() override;
    void move(const Pointer& pointer) override;
    void finish(const Pointer& pointer) override { move(pointer); }
    bool scrollsAtBorder() const override { return false; }

  private:
    QPoint m_last;
};

}  // namespace vitrine::gui

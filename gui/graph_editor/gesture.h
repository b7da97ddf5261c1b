// SPDX-License-Identifier: GPL-3.0-or-later
// Gesture: what goes on between pressing a mouse button on the canvas and letting go of it.
#pragma once

#include <QPoint>
#include <QPointF>

#include <optional>

#include "gui/graph_editor/wiring_suggestion.h"

namespace vitrine::gui {

class CanvasStyle;
class CanvasView;
class GraphCommands;
class GraphScene;
class Selection;

/// What gestures work with; all outlive them.
struct CanvasTools {
    GraphScene& scene;
    GraphCommands& commands;
    Selection& selection;
    CanvasStyle& style;
};

/// Where the pointer is.
struct Pointer {
    QPointF scene;
    QPoint viewport;
    Qt::KeyboardModifiers modifiers;
};

/// Lives until the button is let go of (`finish`) or Esc is pressed (`cancel`); destroyed after.
class Gesture {
  public:
    explicit Gesture(CanvasView& view);
    virtual ~Gesture() = default;
    Gesture(const Gesture&) = delete;
    Gesture& operator=(const Gesture&) = delete;

    virtual void move(const Pointer& pointer) = 0;
    virtual void finish(const Pointer& pointer) = 0;
    virtual void cancel() {}
    /// Whether the canvas moves on by itself while the pointer is at its border.
    virtual bool scrollsAtBorder() const { return true; }

  protected:
    const CanvasTools& tools() const;
    CanvasView& view() const { return m_view; }
    /// Shows what did not work.
    void tell(const Result<void>& result) const;

  private:
    CanvasView& m_view;
};

}  // namespace vitrine::gui

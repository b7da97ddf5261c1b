// SPDX-License-Identifier: GPL-3.0-or-later
// GraphEditor: the canvas with everything that belongs to it.
#pragma once

#include <QWidget>

#include <memory>

#include "gui/bridge/view_context.h"

namespace vitrine::gui {

/// Window thread. Shows the document's graph; edits go through Document::edit.
class GraphEditor : public QWidget {
    Q_OBJECT
  public:
    explicit GraphEditor(const ViewContext& context, QWidget* parent = nullptr);
    ~GraphEditor() override;

    /// Everything in sight.
    void fitAll();
    /// Everything in sight, or, where that could not be read, where the network begins.
    void showStart();
    /// Brings a node into sight without changing the zoom more than needed.
    void reveal(const QString& node);
    /// Puts a new node at the middle of what is seen, or next to the selected one, wired to it
    /// where that fits. For the palette.
    void addOperator(const QString& op);
    /// The number that `100 %` is.
    double zoom() const;

  Q_SIGNALS:
    void zoomChanged(double zoom);
    /// One sentence about what the pointer is on or what was just refused; empty: nothing.
    void hint(const QString& text);

  private:
    void connectParts();
    void connectRun();
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

}  // namespace vitrine::gui

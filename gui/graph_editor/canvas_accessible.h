// SPDX-License-Identifier: GPL-3.0-or-later
// CanvasAccessible: the canvas for screen readers. Each node is a child with its name, what it is
// and is connected to, its place on the screen, and whether it is selected.
#pragma once

#include <QAccessibleWidget>

#include <map>
#include <string>

namespace vitrine::gui {

class CanvasView;

/// Children are the nodes in the document's order. Made by Qt when something asks for it.
class CanvasAccessible : public QAccessibleWidget {
  public:
    explicit CanvasAccessible(CanvasView& view);
    ~CanvasAccessible() override;
    /// Qt uses it for every CanvasView from then on.
    static void install();
    /// Tells that the keyboard is at a node now.
    static void focusWent(CanvasView& view, std::string_view node);

    int childCount() const override;
    QAccessibleInterface* child(int index) const override;
    int indexOfChild(const QAccessibleInterface* child) const override;
    /// `x`, `y`: pixels of the screen.
    QAccessibleInterface* childAt(int x, int y) const override;
    QAccessibleInterface* focusChild() const override;

  private:
    QAccessibleInterface* of(const std::string& node) const;
    void forgetOthers() const;

    CanvasView& m_view;
    mutable std::map<std::string, QAccessible::Id> m_children;
};

}  // namespace vitrine::gui

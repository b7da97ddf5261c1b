// SPDX-License-Identifier: GPL-3.0-or-later
// CanvasActions: everything that can be done on the canvas as actions with shortcuts, and the
// context menus made of them.
#pragma once

#include <QObject>
#include <QPointer>

#include <functional>

#include "gui/bridge/view_context.h"
#include "gui/graph_editor/chain_walk.h"
#include "gui/graph_editor/gesture.h"
#include "gui/graph_editor/layout_task.h"

class QAction;
class QMenu;

namespace vitrine::gui {

struct ActionSpec;

class CanvasActions : public QObject {
    Q_OBJECT
  public:
    CanvasActions(const ViewContext& context, CanvasView& view);

    /// For what is under the pointer; a node there is selected first.
    void showMenu(const Pointer& at, const QPoint& globalPos);

  Q_SIGNALS:
    /// One of the entries `Add …` was chosen.
    void operatorWanted(const QString& op);
    /// Another node is to be chosen in the place of this one.
    void replacementWanted(const QString& node);

  private:
    /// Where what is added goes: where the menu was opened that it was chosen from, else the
    /// pointer or the middle.
    Pointer place() const;
    QAction* add(const ActionSpec& spec, std::function<void()> triggered);
    void buildAdding();
    void buildEditing();
    void buildReplacing();
    void buildSelecting();
    void buildLooking();
    void buildMoving();
    void buildWalking();
    void buildBreakpoints();
    void addMove(const char* id, const QString& text, const QKeySequence& keys, QPointF by);
    void addWalk(const char* id, const QString& text, const QList<QKeySequence>& keys, Step step);
    void remove(bool mend);
    void toggleBreakpoints(bool backward);
    void fitAll();
    void layOut();
    void placeUnplaced();
    void startLayout();
    void applyLayout(const Graph& of, const Result<Transaction>& moves);
    void enableBySelection();
    void fillNodeMenu(QMenu& menu) const;
    void fillEdgeMenu(QMenu& menu, const Edge& edge);
    void fillCanvasMenu(QMenu& menu) const;
    void addTo(QMenu& menu, std::initializer_list<const char*> ids) const;

    ViewContext m_context;
    CanvasView& m_view;
    LayoutTask m_layout;
    enum class LayoutFor { Nobody, User, Opening } m_layoutFor = LayoutFor::Nobody;
    QPointer<QMenu> m_menu;  ///< deleted after what was chosen from it has been done
    Pointer m_menuPlace;
    QList<QAction*> m_needNodes;                        ///< enabled while nodes are selected
    QAction *m_bypass = nullptr, *m_replace = nullptr;  ///< while one is, the first a placeholder
};

}  // namespace vitrine::gui

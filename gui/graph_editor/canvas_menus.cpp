// SPDX-License-Identifier: GPL-3.0-or-later
// Context menus of node, edge and canvas.
#include <QMenu>

#include "gui/bridge/selection.h"
#include "gui/graph_editor/canvas_actions.h"
#include "gui/graph_editor/canvas_view.h"
#include "gui/graph_editor/graph_commands.h"
#include "gui/widgets/action_book.h"

namespace vitrine::gui {

void CanvasActions::showMenu(const Pointer& at, const QPoint& globalPos) {
    GraphScene& scene = m_view.tools().scene;
    auto* menu = new QMenu(&m_view);
    m_menu = menu;
    m_menuPlace = at;
    menu->setObjectName(QStringLiteral("canvasMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (const NodeItem* node = scene.nodeAt(at.scene)) {
        const QString id = QString::fromStdString(node->look().id);
        if (!m_context.selection.nodes().contains(id)) m_context.selection.selectNodes({id});
        fillNodeMenu(*menu);
    } else if (const EdgeItem* edge = scene.edgeAt(at.scene, 6 / m_view.zoom())) {
        fillEdgeMenu(*menu, edge->edge());
    } else {
        fillCanvasMenu(*menu);
    }
    menu->popup(globalPos);
}

Pointer CanvasActions::place() const { return m_menu ? m_menuPlace : m_view.pointerOrMiddle(); }

void CanvasActions::addTo(QMenu& menu, std::initializer_list<const char*> ids) const {
    for (const char* id : ids) {
        if (!id)
            menu.addSeparator();
        else if (QAction* action = m_context.actions.find(id))
            menu.addAction(action);
    }
}

void CanvasActions::fillNodeMenu(QMenu& menu) const {
    addTo(menu, {"train.runToNode", "canvas.breakForward", "canvas.breakBackward", nullptr,
                 "canvas.cut", "canvas.copy", "canvas.duplicate", nullptr, "canvas.delete",
                 "canvas.deleteAndMend", nullptr});
    for (QAction* action : {m_bypass, m_replace})
        if (action->isEnabled()) menu.addAction(action);
    addTo(menu, {nullptr, "canvas.freeze", "canvas.thaw", "canvas.recompute", nullptr,
                 "canvas.fitSelection", "canvas.layout"});
}

void CanvasActions::fillEdgeMenu(QMenu& menu, const Edge& edge) {
    m_view.tools().scene.selectEdge(edge);
    menu.addAction(tr("&Disconnect"), &m_view,
                   [this, edge] { m_view.tell(m_view.tools().commands.disconnectPorts(edge)); });
}

void CanvasActions::fillCanvasMenu(QMenu& menu) const {
    addTo(menu, {"canvas.add", "canvas.paste", nullptr, "canvas.selectAll", "canvas.layout",
                 nullptr, "canvas.fitAll", "canvas.zoomReset"});
}

}  // namespace vitrine::gui

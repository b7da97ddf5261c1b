// SPDX-License-Identifier: GPL-3.0-or-later
// A rubber band over the scene.
#include "gui/graph_editor/box_gesture.h"

#include <QPen>

#include "gui/bridge/selection.h"
#include "gui/graph_editor/canvas_style.h"
#include "gui/graph_editor/canvas_view.h"

namespace vitrine::gui {

BoxGesture::BoxGesture(CanvasView& view, const Pointer& start)
    : Gesture(view),
      m_start(start.scene),
      m_before(tools().selection.nodes()),
      m_box(std::make_unique<QGraphicsRectItem>()) {
    QColor fill = tools().style.tokens().accent;
    m_box->setPen(QPen(fill, 0));
    fill.setAlphaF(0.12F);
    m_box->setBrush(fill);
    m_box->setZValue(10);
    tools().scene.addItem(m_box.get());
}

void BoxGesture::move(const Pointer& pointer) {
    const QRectF box = QRectF(m_start, pointer.scene).normalized();
    m_box->setRect(box);
    QStringList touched;
    for (const auto& [id, item] : tools().scene.nodes())
        if (item->sceneBody().intersects(box)) touched << QString::fromStdString(id);
    tools().selection.selectNodes(selectionWith(touched, pointer.modifiers));
}

QStringList BoxGesture::selectionWith(const QStringList& touched,
                                      Qt::KeyboardModifiers modifiers) const {
    if (!(modifiers & (Qt::ShiftModifier | Qt::ControlModifier))) return touched;
    QStringList nodes = m_before;
    for (const QString& id : touched) {
        if (!m_before.contains(id))
            nodes << id;
        else if (modifiers & Qt::ControlModifier)
            nodes.removeAll(id);
    }
    return nodes;
}

void BoxGesture::finish(const Pointer& pointer) { move(pointer); }

void BoxGesture::cancel() { tools().selection.selectNodes(m_before); }

}  // namespace vitrine::gui

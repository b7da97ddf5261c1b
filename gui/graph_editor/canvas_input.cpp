// SPDX-License-Identifier: GPL-3.0-or-later
// Which gesture a button begins, and what comes in by keys and by drag and drop.
#include <QContextMenuEvent>
#include <QDropEvent>
#include <QMimeData>
#include <QMouseEvent>

#include "gui/bridge/selection.h"
#include "gui/graph_editor/box_gesture.h"
#include "gui/graph_editor/canvas_view.h"
#include "gui/graph_editor/connect_gesture.h"
#include "gui/graph_editor/graph_commands.h"
#include "gui/graph_editor/move_gesture.h"
#include "gui/graph_editor/node_geometry.h"
#include "gui/graph_editor/pan_gesture.h"

namespace vitrine::gui {

namespace {

constexpr double edgeGrip = 6;  ///< pixels around an edge
constexpr int border = 24;      ///< pixels at the viewport's border where it scrolls
constexpr int longestScroll = 16;

/// How far around a port it is taken hold of, in the scene: a few pixels, but where everything is
/// small the middle of a node remains for the node.
double portReach(double zoom) {
    constexpr double pixels = 10;
    return std::min(pixels / zoom, nodeHeight / 4);
}

/// How far to scroll where `at` is that close to an end of 0 … `size`.
int scrollFor(int at, int size) {
    if (at < border) return std::min(border - at, longestScroll);
    if (at > size - border) return -std::min(at - size + border, longestScroll);
    return 0;
}

}  // namespace

Pointer CanvasView::pointerAt(const QPoint& at, Qt::KeyboardModifiers modifiers) const {
    return {viewportTransform().inverted().map(QPointF(at)), at, modifiers};
}

Pointer CanvasView::pointerOrMiddle() const {
    const QPoint at = viewport()->mapFromGlobal(QCursor::pos());
    const bool isInside = viewport()->rect().contains(at) && viewport()->underMouse();
    return pointerAt(isInside ? at : viewport()->rect().center(), Qt::NoModifier);
}

Pointer CanvasView::keyboardPlace() {
    const GraphScene& scene = m_tools.scene;
    const QStringList& selected = m_tools.selection.nodes();
    const std::string id = selected.isEmpty() ? scene.focusNode() : selected.back().toStdString();
    std::optional<QPointF> place;
    if (const NodeItem* node = scene.node(id))
        place = node->sceneBody().center();
    else if (scene.selectedEdge())
        place = scene.edge(*scene.selectedEdge())->middle();
    if (!place) return pointerOrMiddle();
    reveal({*place, QSizeF(1, 1)});
    return pointerAt(mapFromScene(*place), Qt::NoModifier);
}

void CanvasView::begin(std::unique_ptr<Gesture> gesture) {
    m_gesture = std::move(gesture);
    if (m_gesture->scrollsAtBorder()) m_borderTimer.start();
}

void CanvasView::finishGesture(const Pointer& pointer) {
    m_borderTimer.stop();
    // Taken out first: what it does to the document must not cancel it.
    const std::unique_ptr<Gesture> gesture = std::move(m_gesture);
    setHint({});
    gesture->finish(pointer);
}

void CanvasView::cancelGesture() {
    m_borderTimer.stop();
    const std::unique_ptr<Gesture> gesture = std::move(m_gesture);
    if (gesture) gesture->cancel();
}

/// Scrolling by itself ends a little past where the last node stands, or stood when it was taken
/// hold of.
QPoint CanvasView::withinReach(QPoint by) const {
    constexpr double past = 300;
    const QRectF seen = mapToScene(viewport()->rect()).boundingRect();
    QRectF reach;
    for (const Node& node : m_tools.commands.graph().nodes()) reach |= nodeRect(node);
    reach.adjust(-past, -past, past, past);
    if ((by.x() > 0 && seen.left() <= reach.left()) ||
        (by.x() < 0 && seen.right() >= reach.right()))
        by.setX(0);
    if ((by.y() > 0 && seen.top() <= reach.top()) ||
        (by.y() < 0 && seen.bottom() >= reach.bottom()))
        by.setY(0);
    return by;
}

void CanvasView::scrollAtBorder() {
    const QPoint at = m_pointer.viewport;
    const QPoint by = withinReach(
        {scrollFor(at.x(), viewport()->width()), scrollFor(at.y(), viewport()->height())});
    if (!m_gesture || by.isNull() || !viewport()->rect().contains(at)) return;
    panBy(by);
    m_pointer = pointerAt(at, m_pointer.modifiers);
    m_gesture->move(m_pointer);
}

void CanvasView::mousePressEvent(QMouseEvent* event) {
    event->accept();
    m_pointer = pointerAt(event->position().toPoint(), event->modifiers());
    if (m_gesture) return;
    const bool pans =
        event->button() == Qt::MiddleButton || (event->button() == Qt::LeftButton && m_spaceIsDown);
    if (pans) {
        m_spaceWasUsed = true;
        return begin(std::make_unique<PanGesture>(*this, m_pointer));
    }
    if (event->button() == Qt::LeftButton) beginLeft(m_pointer);
}

void CanvasView::beginLeft(const Pointer& pointer) {
    if (const auto port = m_tools.scene.portAt(pointer.scene, portReach(zoom())))
        return beginAtPort(*port);
    if (const NodeItem* node = m_tools.scene.nodeAt(pointer.scene))
        return begin(
            std::make_unique<MoveGesture>(*this, pointer, QString::fromStdString(node->look().id)));
    if (const EdgeItem* edge = m_tools.scene.edgeAt(pointer.scene, edgeGrip / zoom())) {
        const Edge chosen = edge->edge();
        m_tools.selection.selectNodes({});
        return m_tools.scene.selectEdge(chosen);
    }
    m_tools.scene.selectEdge(std::nullopt);
    begin(std::make_unique<BoxGesture>(*this, pointer));
}

/// An input that is taken: its edge comes off.
void CanvasView::beginAtPort(const PortHit& port) {
    const Edge* edge = port.isInput ? m_tools.commands.graph().edgeInto(port.port) : nullptr;
    const auto source = edge ? m_tools.scene.placeOf(edge->from, false) : std::nullopt;
    if (!source) return begin(std::make_unique<ConnectGesture>(*this, port, std::nullopt));
    begin(std::make_unique<ConnectGesture>(*this, *source, *edge));
}

void CanvasView::mouseMoveEvent(QMouseEvent* event) {
    event->accept();
    m_pointer = pointerAt(event->position().toPoint(), event->modifiers());
    if (m_gesture)
        m_gesture->move(m_pointer);
    else
        hover(m_pointer);
}

void CanvasView::hover(const Pointer& pointer) {
    const auto port = m_tools.scene.portAt(pointer.scene, portReach(zoom()));
    viewport()->setCursor(m_spaceIsDown ? Qt::OpenHandCursor
                          : port        ? Qt::CrossCursor
                                        : Qt::ArrowCursor);
    if (port) return setHint(QString::fromStdString(port->port.text()));
    if (const NodeItem* node = m_tools.scene.nodeAt(pointer.scene))
        return setHint(m_tools.scene.spokenOf(node->look().id));
    const EdgeItem* edge = m_tools.scene.edgeAt(pointer.scene, edgeGrip / zoom());
    setHint(edge ? edge->description() : QString());
}

void CanvasView::mouseReleaseEvent(QMouseEvent* event) {
    event->accept();
    m_pointer = pointerAt(event->position().toPoint(), event->modifiers());
    if (m_gesture && event->buttons() == Qt::NoButton) finishGesture(m_pointer);
}

void CanvasView::mouseDoubleClickEvent(QMouseEvent* event) {
    const Pointer pointer = pointerAt(event->position().toPoint(), event->modifiers());
    const bool isEmpty = !m_tools.scene.nodeAt(pointer.scene) &&
                         !m_tools.scene.edgeAt(pointer.scene, edgeGrip / zoom());
    if (event->button() != Qt::LeftButton || !isEmpty) return mousePressEvent(event);
    event->accept();
    askForNode(pointer, std::nullopt);
}

void CanvasView::contextMenuEvent(QContextMenuEvent* event) {
    event->accept();
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const Pointer pointer = byKey ? keyboardPlace() : pointerAt(event->pos(), event->modifiers());
    menuWanted(pointer, byKey ? viewport()->mapToGlobal(pointer.viewport) : event->globalPos());
}

bool CanvasView::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool isSpace = key->key() == Qt::Key_Space && key->modifiers() == Qt::NoModifier;
        const bool endsGesture = key->key() == Qt::Key_Escape && m_gesture;
        if (isSpace || endsGesture) {
            event->accept();
            return true;
        }
    }
    return QGraphicsView::event(event);
}

void CanvasView::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && m_gesture) return cancelGesture();
    if (event->key() != Qt::Key_Space || event->modifiers() != Qt::NoModifier)
        return event->ignore();
    if (event->isAutoRepeat()) return;
    m_spaceIsDown = true;
    m_spaceWasUsed = false;
    viewport()->setCursor(Qt::OpenHandCursor);
}

void CanvasView::keyReleaseEvent(QKeyEvent* event) {
    if (event->key() != Qt::Key_Space) return event->ignore();
    if (event->isAutoRepeat() || !std::exchange(m_spaceIsDown, false)) return;
    viewport()->unsetCursor();
    if (!m_spaceWasUsed) spaceTapped();
}

void CanvasView::focusInEvent(QFocusEvent* event) {
    QGraphicsView::focusInEvent(event);
    m_tools.scene.setFocusVisible(true);
}

void CanvasView::focusOutEvent(QFocusEvent* event) {
    QGraphicsView::focusOutEvent(event);
    m_spaceIsDown = false;
    m_tools.scene.setFocusVisible(false);
}

EdgeItem* CanvasView::edgeForDrop(const Pointer& pointer) const {
    if (pointer.modifiers & Qt::AltModifier) return nullptr;
    return m_tools.scene.edgeAt(pointer.scene, nodeHeight / 2);
}

void CanvasView::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasFormat(QLatin1String(operatorMime))) event->acceptProposedAction();
}

void CanvasView::dragMoveEvent(QDragMoveEvent* event) {
    const Pointer pointer = pointerAt(event->position().toPoint(), event->modifiers());
    const EdgeItem* edge = edgeForDrop(pointer);
    m_tools.scene.highlightEdge(edge ? std::optional(edge->edge()) : std::nullopt);
    event->acceptProposedAction();
}

void CanvasView::dragLeaveEvent(QDragLeaveEvent*) { m_tools.scene.highlightEdge(std::nullopt); }

void CanvasView::dropEvent(QDropEvent* event) {
    const Pointer pointer = pointerAt(event->position().toPoint(), event->modifiers());
    const EdgeItem* edge = edgeForDrop(pointer);
    NewNode wish{.op = QString::fromUtf8(event->mimeData()->data(QLatin1String(operatorMime))),
                 .position = pointer.scene - QPointF(nodeWidth, nodeHeight) / 2,
                 .end = {},
                 .into = edge ? std::optional(edge->edge()) : std::nullopt,
                 .beside = {}};
    m_tools.scene.highlightEdge(std::nullopt);
    QString why;
    const auto added = m_tools.commands.add(wish, &why);
    setHint(added ? why : QString::fromStdString(added.error().message));
    if (added) m_tools.scene.setFocusNode(added->toStdString());
    event->acceptProposedAction();
    setFocus();
}

}  // namespace vitrine::gui

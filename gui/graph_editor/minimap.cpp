// SPDX-License-Identifier: GPL-3.0-or-later
// Nodes as blocks, drawn once, and the rectangle that is in sight.
#include "gui/graph_editor/minimap.h"

#include <QEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

#include "gui/bridge/selection.h"
#include "gui/graph_editor/canvas_style.h"
#include "gui/graph_editor/canvas_view.h"
#include "gui/graph_editor/node_item.h"

namespace vitrine::gui {

namespace {

constexpr QSize largest(168, 132), smallest(48, 40);
constexpr int share = 4;             ///< of the canvas, at most, in each direction
constexpr int margin = 6, gap = 12;  ///< inside, and to the canvas's border

}  // namespace

Minimap::Minimap(CanvasView& view) : QWidget(&view), m_view(view) {
    setObjectName(QStringLiteral("canvasMinimap"));
    setAccessibleName(tr("Overview of the network"));
    setToolTip(tr("Press or drag to go there"));
    setCursor(Qt::PointingHandCursor);
    const CanvasTools& tools = view.tools();
    connect(&tools.scene, &GraphScene::synced, this, &Minimap::redraw);
    connect(&tools.selection, &Selection::changed, this, &Minimap::redraw);
    connect(&tools.style, &CanvasStyle::changed, this, &Minimap::redraw);
    connect(&view, &CanvasView::zoomChanged, this, &Minimap::follow);
    connect(view.horizontalScrollBar(), &QScrollBar::valueChanged, this, &Minimap::follow);
    connect(view.verticalScrollBar(), &QScrollBar::valueChanged, this, &Minimap::follow);
    view.viewport()->installEventFilter(this);
    redraw();
}

QRectF Minimap::seen() const {
    return m_view.viewportTransform().inverted().mapRect(QRectF(m_view.viewport()->rect()));
}

QPointF Minimap::pixelAt(const QPointF& scene) const {
    return m_origin + (scene - m_content.topLeft()) * m_scale;
}

QPointF Minimap::sceneAt(const QPointF& pixel) const {
    return m_content.topLeft() + (pixel - m_origin) / m_scale;
}

/// As large as the network's proportions ask for, within the limits. On a small canvas it would
/// hide more than it shows.
void Minimap::place() {
    const QSize most = largest.boundedTo(m_view.viewport()->size() / share);
    m_hasRoom = most == most.expandedTo(smallest);
    if (!m_hasRoom) return;
    const QSizeF room(most.width() - 2 * margin, most.height() - 2 * margin);
    m_scale = std::min(room.width() / m_content.width(), room.height() / m_content.height());
    const QSizeF drawn = m_content.size() * m_scale;
    resize((drawn.toSize() + QSize(2 * margin, 2 * margin)).expandedTo(smallest));
    m_origin = {(width() - drawn.width()) / 2, (height() - drawn.height()) / 2};
    moveAside();
}

/// The lower right corner, or the first other one where no selected node lies under it; while it
/// is pressed it stays where it is.
void Minimap::moveAside() {
    if (m_isPressed) return;
    const QSize room = m_view.viewport()->size() - size();
    const QPoint near(gap, gap), far(room.width() - gap, room.height() - gap);
    QRectF chosen;
    for (const QString& id : m_view.tools().selection.nodes())
        if (const NodeItem* item = m_view.tools().scene.node(id.toStdString()))
            chosen |= m_view.viewportTransform().mapRect(item->sceneBody());
    for (const QPoint& corner : {far, QPoint(near.x(), far.y()), QPoint(far.x(), near.y()), near}) {
        if (QRectF(corner, size()).intersects(chosen)) continue;
        return move(corner);
    }
    move(far);
}

/// The blocks themselves once they are seen.
void Minimap::redraw() {
    m_content = m_view.tools().scene.contentRect();
    if (m_content.isEmpty()) return hide();
    place();
    m_nodes = {};
    follow();
}

void Minimap::drawNodes() {
    const GraphScene& scene = m_view.tools().scene;
    m_nodes = QPixmap(size() * devicePixelRatioF());
    m_nodes.setDevicePixelRatio(devicePixelRatioF());
    m_nodes.fill(Qt::transparent);
    QPainter painter(&m_nodes);
    const CanvasStyle& style = m_view.tools().style;
    for (const auto& [id, item] : scene.nodes()) {
        QRectF block(pixelAt(item->sceneBody().topLeft()), item->sceneBody().size() * m_scale);
        const QPointF middle = block.center();
        block.setSize(block.size().expandedTo({3, 2}));
        block.moveCenter(middle);
        painter.fillRect(block, item->marks().isSelected ? style.tokens().accent
                                                         : style.category(item->look().category));
    }
}

void Minimap::follow() {
    const bool isNeeded = m_hasRoom && !m_content.isEmpty() && !seen().contains(m_content);
    setVisible(isNeeded);
    if (!isNeeded) return;
    moveAside();
    update();
}

void Minimap::paintEvent(QPaintEvent*) {
    if (m_nodes.isNull()) drawNodes();
    const Tokens& tokens = m_view.tools().style.tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(tokens.line);
    painter.setBrush(tokens.panel);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), controlRadius,
                            controlRadius);
    painter.drawPixmap(0, 0, m_nodes);
    const QRectF view(pixelAt(seen().topLeft()), seen().size() * m_scale);
    QColor inside = tokens.accent;
    inside.setAlpha(32);
    painter.setBrush(inside);
    painter.setPen(QPen(tokens.accent, 1));
    painter.drawRect(view.intersected(QRectF(rect()).adjusted(1.5, 1.5, -1.5, -1.5)));
}

void Minimap::goTo(const QPointF& pixel) { m_view.centerOn(sceneAt(pixel)); }

void Minimap::mousePressEvent(QMouseEvent* event) {
    m_isPressed = true;
    goTo(event->position());
}

void Minimap::mouseReleaseEvent(QMouseEvent*) {
    m_isPressed = false;
    follow();
}

void Minimap::mouseMoveEvent(QMouseEvent* event) {
    if (event->buttons() & Qt::LeftButton) goTo(event->position());
}

/// Zooms as over the canvas, about its middle.
void Minimap::wheelEvent(QWheelEvent* event) {
    constexpr double notch = 120;
    m_view.zoomAboutMiddle(m_view.zoom() * std::pow(1.2, event->angleDelta().y() / notch));
    event->accept();
}

bool Minimap::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize && !m_content.isEmpty()) {
        place();
        m_nodes = {};
        follow();
    }
    return QWidget::eventFilter(watched, event);
}

}  // namespace vitrine::gui

// SPDX-License-Identifier: GPL-3.0-or-later
// Where the view looks, and the grid behind everything. Mouse and keys are in canvas_input.
#include "gui/graph_editor/canvas_view.h"

#include <QScrollBar>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

#include "gui/graph_editor/canvas_accessible.h"
#include "gui/graph_editor/canvas_style.h"
#include "gui/graph_editor/node_geometry.h"

namespace vitrine::gui {

CanvasView::CanvasView(const CanvasTools& tools, QWidget* parent)
    : QGraphicsView(&tools.scene, parent), m_tools(tools) {
    CanvasAccessible::install();  // before a first question is asked about this one
    setObjectName(QStringLiteral("canvasView"));
    setAccessibleName(tr("Canvas"));
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTransformationAnchor(QGraphicsView::NoAnchor);
    setResizeAnchor(QGraphicsView::AnchorViewCenter);
    setViewportUpdateMode(QGraphicsView::SmartViewportUpdate);
    setOptimizationFlag(QGraphicsView::DontSavePainterState);
    setOptimizationFlag(QGraphicsView::DontAdjustForAntialiasing);
    setMouseTracking(true);
    setAcceptDrops(true);
    setFocusPolicy(Qt::StrongFocus);
    // Nodes may be anywhere, and one pans past the last of them.
    constexpr double far = 1.2 * Graph::farthestPosition;
    setSceneRect(-far, -far, 2 * far, 2 * far);
    m_borderTimer.setInterval(16);
    connect(&m_borderTimer, &QTimer::timeout, this, &CanvasView::scrollAtBorder);
    connect(&tools.style, &CanvasStyle::changed, viewport(), qOverload<>(&QWidget::update));
    // A gesture knows the graph as it was when it began.
    connect(&tools.scene, &GraphScene::synced, this, &CanvasView::cancelGesture);
    // Whoever builds wants no other zoom because the window's layout moves; what comes by itself,
    // such as weights that have been read, builds nothing.
    connect(&tools.scene, &GraphScene::synced, this, [this] {
        if (m_tools.scene.contentRect() != m_framed) m_following = Following::Nothing;
    });
}

CanvasView::~CanvasView() = default;

void CanvasView::zoomAbout(const QPointF& anchor, double zoom) {
    m_following = Following::Nothing;
    zoom = std::clamp(zoom, lowestZoom(), largestZoom);
    if (zoom == this->zoom()) return;
    const QPointF before = viewportTransform().inverted().map(anchor);
    setTransform(QTransform::fromScale(zoom, zoom));
    const QPointF shift = viewportTransform().map(before) - anchor;
    panBy(-shift.toPoint());
    zoomChanged(zoom);
}

void CanvasView::zoomAboutMiddle(double zoom) {
    zoomAbout(QRectF(viewport()->rect()).center(), zoom);
}

void CanvasView::panBy(const QPoint& pixels) {
    m_following = Following::Nothing;
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() - pixels.x());
    verticalScrollBar()->setValue(verticalScrollBar()->value() - pixels.y());
}

QSizeF CanvasView::room() const {
    constexpr double margin = 32;
    return {std::max(viewport()->width() - 2 * margin, 1.0),
            std::max(viewport()->height() - 2 * margin, 1.0)};
}

double CanvasView::zoomFor(const QRectF& rect) const {
    const QSizeF size = room();
    return std::min(size.width() / rect.width(), size.height() / rect.height());
}

double CanvasView::lowestZoom() const {
    const QRectF all = m_tools.scene.contentRect();
    return all.isEmpty() ? smallestZoom : std::min(smallestZoom, zoomFor(all));
}

void CanvasView::fitRect(const QRectF& rect) {
    if (rect.isEmpty()) return;
    zoomAboutMiddle(std::min(1.0, zoomFor(rect)));
    centerOn(rect.center());
    m_following = Following::Nothing;
}

void CanvasView::fitAll() {
    m_framed = m_tools.scene.contentRect();
    fitRect(m_framed);
    m_following = Following::All;
}

void CanvasView::showStart(const QRectF& rect) {
    fitRect(rect);
    constexpr double readable = 0.6;
    if (!rect.isEmpty() && zoom() < readable) {
        zoomAboutMiddle(readable);
        const QSizeF seen = QSizeF(viewport()->size()) / readable;
        const auto middleOf = [](double from, double seenLength, double length) {
            return from + std::min(seenLength, length) / 2;
        };
        centerOn(middleOf(rect.left(), seen.width(), rect.width()),
                 middleOf(rect.top(), seen.height(), rect.height()));
    }
    m_framed = rect;
    m_following = Following::Start;
}

void CanvasView::resizeEvent(QResizeEvent* event) {
    QGraphicsView::resizeEvent(event);
    const Following following = m_following;
    if (following == Following::All) fitAll();
    if (following == Following::Start) showStart(m_tools.scene.contentRect());
}

void CanvasView::reveal(const QRectF& rect) {
    if (rect.isEmpty()) return;
    const QPoint before(horizontalScrollBar()->value(), verticalScrollBar()->value());
    ensureVisible(rect, 48, 48);
    const QPoint after(horizontalScrollBar()->value(), verticalScrollBar()->value());
    if (after != before) m_following = Following::Nothing;
}

QPointF CanvasView::middle() const { return mapToScene(viewport()->rect().center()); }

void CanvasView::setHint(const QString& text) {
    if (text == m_hint) return;
    m_hint = text;
    hint(text);
}

void CanvasView::tell(const Result<void>& result) {
    if (!result) setHint(QString::fromStdString(result.error().message));
}

void CanvasView::askForNode(const Pointer& at, const std::optional<PortEnd>& end) {
    nodeWanted(at, end);
}

void CanvasView::drawBackground(QPainter* painter, const QRectF& rect) {
    painter->fillRect(rect, m_tools.style.tokens().window);
    const double step = zoom() >= 0.5 ? 4 * gridStep : zoom() >= blockZoom ? 20 * gridStep : 0;
    if (step == 0) return;
    // As filled rectangles of one pixel: many times faster than lines.
    painter->setWorldMatrixEnabled(false);
    const QColor colour = m_tools.style.grid();
    const QRectF seen = viewportTransform().mapRect(rect);
    for (double x = std::floor(rect.left() / step) * step; x < rect.right(); x += step)
        painter->fillRect(QRectF(mapFromScene(x, 0).x(), seen.top(), 1, seen.height()), colour);
    for (double y = std::floor(rect.top() / step) * step; y < rect.bottom(); y += step)
        painter->fillRect(QRectF(seen.left(), mapFromScene(0, y).y(), seen.width(), 1), colour);
    painter->setWorldMatrixEnabled(true);
}

void CanvasView::wheelEvent(QWheelEvent* event) {
    // 120 units are a notch; a touchpad sends many small ones.
    const double notches = event->angleDelta().y() / 120.0;
    zoomAbout(event->position(), zoom() * std::pow(1.2, notches));
    event->accept();
}

}  // namespace vitrine::gui

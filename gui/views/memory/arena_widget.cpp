// SPDX-License-Identifier: GPL-3.0-or-later
// Mouse, wheel and keys of the arena map.
#include "gui/views/memory/arena_widget.h"

#include <QApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <QWheelEvent>

#include <cmath>

#include "gui/models/arena_text.h"
#include "gui/models/number_text.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

constexpr int leftMargin = 64, topMargin = 36, rightMargin = 12, bottomMargin = 20;
constexpr int stateBand = 20, bandGap = 4;
constexpr double keyZoom = 1.25, keyPan = 40;

}  // namespace

ArenaWidget::ArenaWidget(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    setObjectName(QStringLiteral("arenaMap"));
    setAccessibleName(tr("Arena map: memory over the entries of the tape"));
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    connect(&theme, &Theme::changed, this, &ArenaWidget::redraw);
}

void ArenaWidget::setMap(ArenaMap map) {
    const bool sameExtent =
        map.entries() == m_map.entries() && map.stepBytes() == m_map.stepBytes();
    m_map = std::move(map);
    m_marked.clear();
    m_hovered = -1;
    // A plan that was made again does not steal the zoom.
    if (!sameExtent) m_view.setExtent(m_map.entries(), m_map.stepBytes());
    redraw();
}

void ArenaWidget::setColour(ArenaColour colour) {
    m_colour = colour;
    redraw();
}

void ArenaWidget::setCurrentEntry(int entry) {
    m_current = entry;
    update();
}

void ArenaWidget::setMarked(std::vector<int> blocks) {
    if (blocks == m_marked) return;
    m_marked = std::move(blocks);
    redraw();
}

void ArenaWidget::fit() {
    m_view.fit();
    redraw();
}

void ArenaWidget::redraw() {
    m_picture = QPixmap();
    update();
}

void ArenaWidget::placeRoom() {
    const double bottom = height() - bottomMargin;
    m_states = QRectF(leftMargin, bottom - stateBand,
                      std::max(1, width() - leftMargin - rightMargin), stateBand);
    m_view.setRoom(QRectF(leftMargin, topMargin, m_states.width(),
                          std::max(1.0, m_states.top() - bandGap - topMargin)));
}

void ArenaWidget::resizeEvent(QResizeEvent*) {
    placeRoom();
    redraw();
}

ArenaScene ArenaWidget::scene() const {
    return {m_map, m_view, m_theme, m_states, m_colour, m_marked};
}

int ArenaWidget::blockAt(const QPointF& point) const {
    if (m_map.isEmpty()) return -1;
    if (m_states.contains(point)) {
        const double share = (point.x() - m_states.left()) / m_states.width();
        return m_map.blockAt(
            0, static_cast<int64_t>(share * static_cast<double>(m_map.stateBytes())), true);
    }
    if (!m_view.room().contains(point)) return -1;
    return m_map.blockAt(m_view.entryAt(point.x()), m_view.addressAt(point.y()), false);
}

QString ArenaWidget::tipAt(const QPointF& point) const {
    const int block = blockAt(point);
    if (block >= 0) return blockText(m_map, m_map.block(block));
    if (m_map.isEmpty() || !m_view.room().contains(point)) return {};
    const int entry = m_view.entryAt(point.x());
    return tr("entry %1: %2 alive\nfree at %3")
        .arg(exactText(entry), bytesText(static_cast<double>(m_map.bytesAliveAt(entry))),
             exactText(m_view.addressAt(point.y())));
}

bool ArenaWidget::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    QToolTip::showText(help->globalPos(), tipAt(help->pos()), this);
    return true;
}

void ArenaWidget::drawPicture() {
    m_picture = QPixmap(size() * devicePixelRatioF());
    m_picture.setDevicePixelRatio(devicePixelRatioF());
    m_picture.fill(m_theme.tokens().panel);
    QPainter painter(&m_picture);
    painter.setFont(font());
    if (!m_map.isEmpty()) paintArena(painter, scene());
}

void ArenaWidget::drawCursor(QPainter& painter) const {
    const double left = m_view.xOf(m_current), right = m_view.xOf(m_current + 1);
    if (m_current < 0 || right < m_view.room().left() || left > m_view.room().right()) return;
    painter.setPen(QPen(m_theme.tokens().accent, 2));
    painter.drawLine(QPointF(left, m_view.room().top()), QPointF(left, m_states.bottom()));
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.tokens().accent);
    painter.setRenderHint(QPainter::Antialiasing);
    const double top = m_view.room().top();
    painter.drawPolygon(QPolygonF({{left - 5, top - 7}, {left + 5, top - 7}, {left, top}}));
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void ArenaWidget::paintEvent(QPaintEvent*) {
    if (m_picture.isNull() || m_picture.devicePixelRatio() != devicePixelRatioF()) drawPicture();
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_picture);
    if (m_map.isEmpty()) return;
    if (m_hovered >= 0) {
        painter.setClipRect(m_view.room().united(m_states));
        painter.setPen(QPen(m_theme.tokens().text, 1));
        painter.drawRect(blockRect(scene(), m_map.block(m_hovered)).adjusted(0, 0, -1, -1));
        painter.setClipping(false);
    }
    drawCursor(painter);
    if (hasFocus()) {
        painter.setPen(m_theme.tokens().accent);
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(m_view.room().adjusted(-1, -1, 0, 0));
    }
}

void ArenaWidget::wheelEvent(QWheelEvent* event) {
    // With Alt, or on some systems with Shift, the wheel turns sideways.
    const int turn =
        event->angleDelta().y() != 0 ? event->angleDelta().y() : event->angleDelta().x();
    const double factor = std::pow(1.0015, turn);
    const bool onlyTime = event->modifiers() & Qt::ControlModifier;
    const bool onlyAddresses = event->modifiers() & Qt::ShiftModifier;
    m_view.zoom(event->position(), onlyAddresses ? 1 : factor, onlyTime ? 1 : factor);
    redraw();
    event->accept();
}

void ArenaWidget::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    m_pressed = m_last = event->position();
    m_isPanning = false;
}

void ArenaWidget::mouseMoveEvent(QMouseEvent* event) {
    const QPointF at = event->position();
    if (event->buttons() & Qt::LeftButton) {
        const bool far = (at - m_pressed).manhattanLength() >= QApplication::startDragDistance();
        m_isPanning = m_isPanning || far;
        if (m_isPanning) {
            m_view.pan(at - m_last);
            m_last = at;
            redraw();
        }
        return;
    }
    const int block = blockAt(at);
    if (block != m_hovered) {
        m_hovered = block;
        update();
    }
    entryHovered(m_view.room().contains(at) && !m_map.isEmpty() ? m_view.entryAt(at.x()) : -1);
}

void ArenaWidget::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || m_isPanning) return;
    const int block = blockAt(event->position());
    if (block >= 0 && m_map.block(block).value != noValue)
        valueChosen(m_map.block(block).value);
    else if (block < 0)
        valueChosen(noValue);
}

void ArenaWidget::mouseDoubleClickEvent(QMouseEvent* event) {
    const int block = blockAt(event->position());
    if (block < 0)
        fit();
    else if (m_map.block(block).value != noValue)
        valueOpened(m_map.block(block).value);
}

void ArenaWidget::keyPressEvent(QKeyEvent* event) {
    const QPointF middle = m_view.room().center();
    switch (event->key()) {
        case Qt::Key_Plus:
            m_view.zoom(middle, keyZoom, keyZoom);
            break;
        case Qt::Key_Minus:
            m_view.zoom(middle, 1 / keyZoom, 1 / keyZoom);
            break;
        case Qt::Key_Left:
            m_view.pan({keyPan, 0});
            break;
        case Qt::Key_Right:
            m_view.pan({-keyPan, 0});
            break;
        case Qt::Key_Up:
            m_view.pan({0, keyPan});
            break;
        case Qt::Key_Down:
            m_view.pan({0, -keyPan});
            break;
        case Qt::Key_Home:
            m_view.fit();
            break;
        default:
            QWidget::keyPressEvent(event);
            return;
    }
    redraw();
}

void ArenaWidget::leaveEvent(QEvent*) {
    m_hovered = -1;
    entryHovered(-1);
    update();
}

}  // namespace vitrine::gui

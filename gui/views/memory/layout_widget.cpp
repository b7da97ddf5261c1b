// SPDX-License-Identifier: GPL-3.0-or-later
// Painting and scrolling of memory cells.
#include "gui/views/memory/layout_widget.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

#include "gui/models/number_text.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

constexpr int smallestCell = 6, largestCell = 88, highestCell = 24;
constexpr int addressWidth = 76, lineGap = 12, smallestLabel = 14;
constexpr double unlit = 0.25;

}  // namespace

LayoutWidget::LayoutWidget(Theme& theme, QWidget* parent)
    : QAbstractScrollArea(parent), m_theme(theme) {
    setObjectName(QStringLiteral("physicalLayout"));
    setAccessibleName(tr("Physical layout: the tensor's memory, one cache line a row"));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setMouseTracking(true);
    setFont(theme.mono());
    connect(&theme, &Theme::changed, viewport(), [this] { viewport()->update(); });
}

void LayoutWidget::setLayoutOf(const PhysicalLayout& layout) {
    m_layout = layout;
    verticalScrollBar()->setValue(0);
    hover(-1);
    updateScrollBars();
    viewport()->update();
}

void LayoutWidget::setColourAxis(int axis) {
    m_axis = axis;
    viewport()->update();
}

void LayoutWidget::setCellSize(int pixels) {
    const int size = std::clamp(pixels, smallestCell, largestCell);
    if (size == m_size) return;
    // The line at the top stays there.
    const int64_t top = int64_t{verticalScrollBar()->value()} * linesAcross();
    m_size = size;
    updateScrollBars();
    verticalScrollBar()->setValue(static_cast<int>(top / linesAcross()));
    viewport()->update();
}

int LayoutWidget::cellHeight() const { return std::min(m_size, highestCell); }

int LayoutWidget::lineWidth() const { return m_layout.cellsInLine() * m_size; }

int LayoutWidget::linesAcross() const {
    return std::max(1, (viewport()->width() - addressWidth + lineGap) / (lineWidth() + lineGap));
}

void LayoutWidget::updateScrollBars() {
    const int64_t rows = (m_layout.lines() + linesAcross() - 1) / linesAcross();
    const int inSight = std::max(1, viewport()->height() / cellHeight());
    verticalScrollBar()->setPageStep(inSight);
    verticalScrollBar()->setRange(
        0, static_cast<int>(std::clamp<int64_t>(rows - inSight, 0, INT32_MAX)));
    const int width = addressWidth + lineWidth();
    horizontalScrollBar()->setPageStep(viewport()->width());
    horizontalScrollBar()->setRange(0, std::max(0, width - viewport()->width()));
}

void LayoutWidget::resizeEvent(QResizeEvent*) { updateScrollBars(); }

int64_t LayoutWidget::placeAt(const QPoint& point) const {
    const int x = point.x() - addressWidth + horizontalScrollBar()->value();
    const int across = x < 0 ? -1 : x / (lineWidth() + lineGap);
    const int inLine = x - across * (lineWidth() + lineGap);
    if (across < 0 || across >= linesAcross() || inLine >= lineWidth()) return -1;
    const int64_t row = verticalScrollBar()->value() + point.y() / cellHeight();
    const int64_t place = (row * linesAcross() + across) * m_layout.cellsInLine() + inLine / m_size;
    return place < m_layout.cells() ? place : -1;
}

QRect LayoutWidget::rectOf(int64_t place) const {
    const int64_t line = place / m_layout.cellsInLine();
    const auto across = static_cast<int>(line % linesAcross());
    const int64_t row = line / linesAcross() - verticalScrollBar()->value();
    const auto inLine = static_cast<int>(place % m_layout.cellsInLine());
    return {addressWidth + across * (lineWidth() + lineGap) + inLine * m_size -
                horizontalScrollBar()->value(),
            static_cast<int>(row) * cellHeight(), m_size, cellHeight()};
}

QString LayoutWidget::tipOf(int64_t place) const {
    if (place < 0 || place >= m_layout.cells()) return {};
    const MemoryCell cell = m_layout.cell(place);
    const QString where = tr("byte %1").arg(exactText(m_layout.byteOf(place)));
    switch (cell.kind) {
        case CellKind::Element:
            return where + QStringLiteral(" · ") + m_layout.indexText(cell);
        case CellKind::Halo:
            return where + QStringLiteral(" · ") + tr("halo: a zero around the picture");
        case CellKind::Padding:
            return where + QStringLiteral(" · ") +
                   (m_layout.type().layout.kind == LayoutKind::Packed
                        ? tr("padding: a zero that fills a block")
                        : tr("padding: holds anything, read by nobody"));
        case CellKind::Foreign:
            return where + QStringLiteral(" · ") + tr("not part of this value");
    }
    return where;
}

bool LayoutWidget::isLit(const MemoryCell& cell) const {
    if (m_hovered < 0) return true;
    const MemoryCell under = m_layout.cell(m_hovered);
    if (under.kind != CellKind::Element) return true;
    const auto axis = static_cast<size_t>(m_axis);
    return cell.kind == CellKind::Element && cell.index[axis] == under.index[axis];
}

QString LayoutWidget::labelOf(const MemoryCell& cell, int width) const {
    if (width < smallestLabel || cell.kind != CellKind::Element) return {};
    const QString whole = m_layout.shortText(cell);
    if (fontMetrics().horizontalAdvance(whole) + 4 <= width) return whole;
    const int axis = m_layout.fastestAxis();
    const QString part =
        axis < 0 ? QString() : QString::number(cell.index[static_cast<size_t>(axis)]);
    return fontMetrics().horizontalAdvance(part) + 2 <= width ? part : QString();
}

void LayoutWidget::paintCell(QPainter& painter, const MemoryCell& cell, const QRect& rect) const {
    const Tokens& tokens = m_theme.tokens();
    const QRect inner = rect.adjusted(0, 0, -1, -1);
    painter.setOpacity(isLit(cell) ? 1 : unlit);
    if (cell.kind == CellKind::Element) {
        QColor colour =
            m_theme.series(static_cast<int>(cell.index[static_cast<size_t>(m_axis)] % 8));
        colour.setAlpha(m_theme.isDark() ? 110 : 80);
        painter.fillRect(inner, colour);
        const QString label = labelOf(cell, rect.width());
        if (!label.isEmpty()) {
            painter.setPen(tokens.text);
            painter.drawText(inner, Qt::AlignCenter, label);
        }
    } else if (cell.kind == CellKind::Halo) {
        painter.fillRect(inner, tokens.line);
    } else if (cell.kind == CellKind::Padding) {
        painter.fillRect(inner, QBrush(tokens.quiet, Qt::BDiagPattern));
    } else {
        painter.fillRect(inner, tokens.window);
    }
    painter.setOpacity(1);
}

void LayoutWidget::paintLine(QPainter& painter, int64_t line, const QPoint& at) const {
    const int64_t first = line * m_layout.cellsInLine();
    const auto count =
        static_cast<int>(std::min<int64_t>(m_layout.cellsInLine(), m_layout.cells() - first));
    for (int i = 0; i < count; ++i) {
        const QRect rect(at.x() + i * m_size, at.y(), m_size, cellHeight());
        paintCell(painter, m_layout.cell(first + i), rect);
        if (first + i != m_hovered) continue;
        painter.setPen(QPen(m_theme.tokens().accent, 2));
        painter.drawRect(rect.adjusted(0, 0, -1, -1));
    }
}

void LayoutWidget::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), m_theme.tokens().panel);
    const int across = linesAcross(), height = cellHeight();
    // Small rows share an address.
    const int everyRow = (fontMetrics().height() + height - 1) / height;
    for (int row = 0; row * height < viewport()->height(); ++row) {
        const int64_t absolute = int64_t{verticalScrollBar()->value()} + row;
        if (absolute * across >= m_layout.lines()) break;
        const int left = -horizontalScrollBar()->value(), top = row * height;
        if (absolute % everyRow == 0) {
            painter.setPen(m_theme.tokens().quiet);
            const int64_t byte = m_layout.byteOf(absolute * across * m_layout.cellsInLine());
            painter.drawText(QRect(left, top, addressWidth - 8, height * everyRow),
                             Qt::AlignRight | (everyRow == 1 ? Qt::AlignVCenter : Qt::AlignTop),
                             exactText(byte));
        }
        for (int k = 0; k < across && absolute * across + k < m_layout.lines(); ++k)
            paintLine(painter, absolute * across + k,
                      {left + addressWidth + k * (lineWidth() + lineGap), top});
    }
}

void LayoutWidget::hover(int64_t place) {
    if (place == m_hovered) return;
    m_hovered = place;
    hovered(tipOf(place));
    viewport()->update();
}

void LayoutWidget::mouseMoveEvent(QMouseEvent* event) { hover(placeAt(event->pos())); }

bool LayoutWidget::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::Leave) hover(-1);
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        QToolTip::showText(help->globalPos(), tipOf(placeAt(help->pos())), viewport());
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void LayoutWidget::wheelEvent(QWheelEvent* event) {
    if (!(event->modifiers() & Qt::ControlModifier)) {
        QAbstractScrollArea::wheelEvent(event);
        return;
    }
    const double factor = std::pow(1.0015, event->angleDelta().y());
    const int wanted = static_cast<int>(std::lround(m_size * factor));
    const int least = event->angleDelta().y() > 0 ? m_size + 1 : m_size - 1;
    setCellSize(event->angleDelta().y() > 0 ? std::max(wanted, least) : std::min(wanted, least));
    event->accept();
}

void LayoutWidget::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Plus)
        setCellSize(m_size + 4);
    else if (event->key() == Qt::Key_Minus)
        setCellSize(m_size - 4);
    else if (event->key() == Qt::Key_Home)
        verticalScrollBar()->setValue(0);
    else if (event->key() == Qt::Key_End)
        verticalScrollBar()->setValue(verticalScrollBar()->maximum());
    else
        QAbstractScrollArea::keyPressEvent(event);
}

}  // namespace vitrine::gui

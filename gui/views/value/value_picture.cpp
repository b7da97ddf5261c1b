// SPDX-License-Identifier: GPL-3.0-or-later
// Colours, mosaic and pointer of value pictures.
#include "gui/views/value/value_picture.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <array>
#include <cmath>

#include "gui/models/number_text.h"
#include "gui/models/value_words.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

constexpr double planeGap = 3, barWidth = 12, barGap = 12, labelGap = 4, highestStrip = 32,
                 largestCell = 32;
constexpr double barTop = 8, highestBar = 160;
constexpr int shades = 256;

/// Colours of a scale from low to high.
std::array<QRgb, shades> shadesOf(const Theme& theme, bool isDiverging) {
    std::array<QRgb, shades> colours;
    for (int i = 0; i < shades; ++i) {
        const double share = i / double{shades - 1};
        colours[static_cast<size_t>(i)] =
            isDiverging ? theme.diverging(2 * share - 1) : theme.sequential(share);
    }
    return colours;
}

}  // namespace

ValuePicture::ValuePicture(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    setObjectName(QStringLiteral("valuePicture"));
    setAccessibleName(tr("Picture of the value"));
    setMouseTracking(true);
    connect(&theme, &Theme::changed, this, [this] {
        colourElements();
        update();
    });
}

void ValuePicture::setSnapshot(std::shared_ptr<const ValueSnapshot> snapshot) {
    m_snapshot = std::move(snapshot);
    m_scale = colourScaleOf(m_snapshot->statistics);
    m_marked.reset();
    colourElements();
    arrange();
    update();
}

void ValuePicture::setMarked(std::optional<PicturePlace> place) {
    m_marked = place;
    update();
}

void ValuePicture::colourElements() {
    m_elements = QImage();
    if (isEmpty()) return;
    const int columns = static_cast<int>(m_snapshot->columns);
    const int rows = static_cast<int>(m_snapshot->planes * m_snapshot->rows);
    const auto colours = shadesOf(m_theme, m_scale.isDiverging);
    const QRgb bad = m_theme.tokens().bad.rgb();
    m_elements = QImage(columns, rows, QImage::Format_RGB32);
    const float* element = m_snapshot->elements.data();
    for (int y = 0; y < rows; ++y) {
        auto* line = reinterpret_cast<QRgb*>(m_elements.scanLine(y));
        for (int x = 0; x < columns; ++x, ++element) {
            const double at = m_scale.place(static_cast<double>(*element));
            const double share = m_scale.isDiverging ? (at + 1) / 2 : at;
            line[x] = std::isnan(share) ? bad
                                        : colours[static_cast<size_t>(std::clamp(
                                              std::lround(share * (shades - 1)), 0L, shades - 1L))];
        }
    }
}

/// The number of planes side by side that makes elements largest.
void ValuePicture::arrange() {
    labelBar();
    if (isEmpty()) return;
    const double room = barGap + barWidth + labelGap + m_labelWidth;
    const double width = std::max(1.0, this->width() - room), height = this->height();
    const auto columns = static_cast<double>(m_snapshot->columns),
               rows = static_cast<double>(m_snapshot->rows);
    double best = 0;
    for (int64_t across = 1; across <= m_snapshot->planes; ++across) {
        const auto a = static_cast<double>(across);
        const auto down = static_cast<double>((m_snapshot->planes + across - 1) / across);
        const double cell = std::min((width - (a - 1) * planeGap) / (a * columns),
                                     (height - (down - 1) * planeGap) / (down * rows));
        if (cell <= best) continue;
        best = cell;
        m_across = across;
    }
    // Whole pixels, so that all elements are of one size.
    const double pixel = 1 / devicePixelRatioF();
    const double cell =
        std::min(best >= pixel ? std::floor(best / pixel) * pixel : best, largestCell);
    const bool isStrip = m_snapshot->rows == 1 && m_snapshot->planes == 1;
    m_cell = {cell, isStrip ? std::min(highestStrip, height) : cell};
    m_origin = {0, 0};
}

void ValuePicture::resizeEvent(QResizeEvent*) { arrange(); }

QRectF ValuePicture::planeRect(int64_t plane) const {
    const QSizeF size(m_cell.width() * static_cast<double>(m_snapshot->columns),
                      m_cell.height() * static_cast<double>(m_snapshot->rows));
    const auto column = static_cast<double>(plane % m_across),
               row = static_cast<double>(plane / m_across);
    return {
        m_origin + QPointF(column * (size.width() + planeGap), row * (size.height() + planeGap)),
        size};
}

QRectF ValuePicture::rectOf(const PicturePlace& place) const {
    const QPointF corner = planeRect(place.plane).topLeft();
    return {corner + QPointF(static_cast<double>(place.column) * m_cell.width(),
                             static_cast<double>(place.row) * m_cell.height()),
            m_cell};
}

std::optional<PicturePlace> ValuePicture::placeAt(const QPointF& point) const {
    if (isEmpty() || point.x() < m_origin.x() || point.y() < m_origin.y()) return {};
    const QRectF first = planeRect(0);
    const auto across =
        static_cast<int64_t>((point.x() - m_origin.x()) / (first.width() + planeGap));
    const auto down =
        static_cast<int64_t>((point.y() - m_origin.y()) / (first.height() + planeGap));
    const int64_t plane = down * m_across + across;
    if (across >= m_across || plane >= m_snapshot->planes) return {};
    const QPointF in = point - planeRect(plane).topLeft();
    const PicturePlace place{plane, static_cast<int64_t>(in.y() / m_cell.height()),
                             static_cast<int64_t>(in.x() / m_cell.width())};
    if (place.row >= m_snapshot->rows || place.column >= m_snapshot->columns) return {};
    return place;
}

QString ValuePicture::tipOf(const PicturePlace& place) const {
    return QStringLiteral("%1 = %2").arg(
        elementText(*m_snapshot, place),
        realText(static_cast<double>(elementAt(*m_snapshot, place))));
}

void ValuePicture::paintEvent(QPaintEvent*) {
    if (isEmpty()) return;
    QPainter painter(this);
    painter.setOpacity(isEnabled() ? 1 : 0.45);
    const auto columns = static_cast<double>(m_snapshot->columns),
               rows = static_cast<double>(m_snapshot->rows);
    for (int64_t plane = 0; plane < m_snapshot->planes; ++plane)
        painter.drawImage(planeRect(plane), m_elements,
                          QRectF(0, static_cast<double>(plane) * rows, columns, rows));
    if (m_marked) {
        painter.setPen(QPen(m_theme.tokens().accent, 2));
        painter.drawRect(rectOf(*m_marked).adjusted(-2, -2, 2, 2));
    }
    const TensorStatistics& of = m_snapshot->statistics;
    const bool hasScale = of.count == 0 || of.nonFinite < of.count;
    if (hasScale) paintBar(painter);
}

/// The labels get the width that the widest of them needs.
void ValuePicture::labelBar() {
    m_labelWidth = 0;
    for (double number : {m_scale.high, m_scale.low})
        m_labelWidth =
            std::max<double>(m_labelWidth, fontMetrics().horizontalAdvance(scaleText(number)) + 2);
}

std::vector<ValuePicture::BarLabel> ValuePicture::barLabels() const {
    const double height = std::min(highestBar, this->height() - 2 * barTop);
    const auto at = [&](double y, double number) {
        return BarLabel{{width() - m_labelWidth, y - 8, m_labelWidth, 16}, scaleText(number)};
    };
    std::vector<BarLabel> labels{at(barTop + 4, m_scale.high)};
    if (m_scale.low != m_scale.high) labels.push_back(at(barTop + height - 4, m_scale.low));
    if (m_scale.isDiverging) labels.push_back(at(barTop + height / 2, 0));
    return labels;
}

void ValuePicture::paintBar(QPainter& painter) const {
    const double left = width() - m_labelWidth - labelGap - barWidth;
    const double height = std::min(highestBar, this->height() - 2 * barTop);
    const auto colours = shadesOf(m_theme, m_scale.isDiverging);
    const int steps = std::max(1, static_cast<int>(height));
    for (int i = 0; i < steps; ++i) {
        const int shade = (steps - 1 - i) * (shades - 1) / std::max(1, steps - 1);
        painter.fillRect(QRectF(left, barTop + i, barWidth, 1.5),
                         QColor(colours[static_cast<size_t>(shade)]));
    }
    painter.setPen(m_theme.tokens().quiet);
    for (const BarLabel& label : barLabels())
        painter.drawText(label.rect, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip,
                         label.text);
}

void ValuePicture::mouseMoveEvent(QMouseEvent* event) {
    const auto place = placeAt(event->position());
    hovered(place ? tipOf(*place) : QString());
}

void ValuePicture::mousePressEvent(QMouseEvent* event) {
    const auto place = placeAt(event->position());
    if (event->button() == Qt::LeftButton && place) placeChosen(*place);
}

void ValuePicture::leaveEvent(QEvent*) { hovered(QString()); }

bool ValuePicture::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto place = placeAt(help->pos());
    QToolTip::showText(help->globalPos(), place ? tipOf(*place) : QString(), this);
    return true;
}

}  // namespace vitrine::gui

// SPDX-License-Identifier: GPL-3.0-or-later
// Painting and choosing of cells.
#include "gui/views/data/confusion_table.h"

#include <QKeyEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

#include "gui/models/number_text.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

constexpr int headingHeight = 20, widestName = 72;
constexpr double lowestText = 12;  ///< lower cells show colours only

/// Black or white, whichever has more contrast on `ground`: relative luminance of WCAG 2.1, where
/// both have the same at 0.179.
QColor textOn(const QColor& ground) {
    const auto linear = [](float x) {
        return x <= 0.04F ? x / 12.92F : std::pow((x + 0.055F) / 1.055F, 2.4F);
    };
    const float luminance = 0.2126F * linear(ground.redF()) + 0.7152F * linear(ground.greenF()) +
                            0.0722F * linear(ground.blueF());
    return luminance > 0.179F ? Qt::black : Qt::white;
}

}  // namespace

ConfusionTable::ConfusionTable(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    setObjectName(QStringLiteral("confusionMatrix"));
    setAccessibleName(tr("Confusion matrix"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ConfusionTable::setMatrix(ConfusionMatrix matrix, const QStringList& names) {
    m_matrix = std::move(matrix);
    m_names = names;
    m_namesWidth.reset();
    m_under.reset();
    if (m_chosen && !has(*m_chosen)) m_chosen.reset();
    update();
}

void ConfusionTable::setByRow(bool byRow) {
    m_isByRow = byRow;
    update();
}

void ConfusionTable::choose(std::optional<Confusion> cell) {
    if (cell == m_chosen) return;
    m_chosen = cell;
    setAccessibleDescription(cell ? describe(*cell) : QString());
    update();
    chosenChanged(cell);
}

bool ConfusionTable::has(const Confusion& cell) const {
    return cell.truth < m_matrix.classes() &&
           m_matrix.columnOf(cell.predicted) < m_matrix.columns();
}

QString ConfusionTable::nameOf(int label) const {
    if (label == noAnswer) return tr("NaN");
    return label < m_names.size() ? m_names[label] : QString::number(label);
}

QString ConfusionTable::describe(const Confusion& cell) const {
    const int64_t count = m_matrix.count(cell.truth, cell.predicted);
    const QString images =
        tr("%1 of %2 images of %3 (%4)")
            .arg(exactText(count), exactText(m_matrix.ofClass(cell.truth)), nameOf(cell.truth),
                 percentText(m_matrix.share(cell.truth, cell.predicted), 2));
    if (cell.predicted == noAnswer) return tr("%1 have outputs that are not numbers").arg(images);
    return tr("%1 are taken for %2").arg(images, nameOf(cell.predicted));
}

/// Measured once for names and font: every cell asks for its place.
double ConfusionTable::namesWidth() const {
    if (m_namesWidth) return *m_namesWidth;
    double width = 0;
    for (int label = 0; label < m_matrix.classes(); ++label)
        width =
            std::max(width, static_cast<double>(fontMetrics().horizontalAdvance(nameOf(label))));
    m_namesWidth = width;
    return width;
}

void ConfusionTable::changeEvent(QEvent* event) {
    if (event->type() == QEvent::FontChange) m_namesWidth.reset();
    QWidget::changeEvent(event);
}

QRectF ConfusionTable::area() const {
    const double left = std::min(namesWidth(), double{widestName}) + 3 * space;
    return QRectF(left, headingHeight, width() - left - 2 * space,
                  height() - headingHeight - space);
}

QRectF ConfusionTable::cellRect(int truth, int predicted) const {
    const QRectF room = area();
    const double width = room.width() / m_matrix.columns(),
                 height = room.height() / m_matrix.classes();
    return {room.left() + m_matrix.columnOf(predicted) * width, room.top() + truth * height, width,
            height};
}

std::optional<Confusion> ConfusionTable::cellAt(QPointF position) const {
    const QRectF room = area();
    if (m_matrix.isEmpty() || !room.contains(position)) return std::nullopt;
    const QPointF inside = position - room.topLeft();
    const auto place = [](double share, int count) {
        return std::min(count - 1, static_cast<int>(share * count));
    };
    const int column = place(inside.x() / room.width(), m_matrix.columns());
    return Confusion{place(inside.y() / room.height(), m_matrix.classes()),
                     m_matrix.predictedAt(column)};
}

QString ConfusionTable::cellText(const Confusion& cell) const {
    const int64_t count = m_matrix.count(cell.truth, cell.predicted);
    if (count == 0) return {};
    if (!m_isByRow) return countText(static_cast<double>(count));
    return decimalText(100 * m_matrix.share(cell.truth, cell.predicted), 1);
}

void ConfusionTable::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    if (m_matrix.isEmpty()) return;
    painter.setFont(textFont());
    paintNames(painter);
    for (int truth = 0; truth < m_matrix.classes(); ++truth)
        for (int column = 0; column < m_matrix.columns(); ++column)
            paintCell(painter, {truth, m_matrix.predictedAt(column)});
    const auto outline = [&](const std::optional<Confusion>& cell, const QColor& colour) {
        if (!cell) return;
        painter.setPen(QPen(colour, 2));
        painter.drawRect(cellRect(cell->truth, cell->predicted));
    };
    outline(m_under, m_theme.tokens().quiet);
    outline(m_chosen, m_theme.tokens().accent);
}

/// Right answers green-ish by their share, mistakes orange by √(share of the worst), so that few
/// mistakes can be seen beside thousands of right answers.
void ConfusionTable::paintCell(QPainter& painter, const Confusion& cell) const {
    const Tokens& tokens = m_theme.tokens();
    const bool isRight = cell.truth == cell.predicted;
    double strength = m_matrix.share(cell.truth, cell.predicted);
    if (!isRight && !m_isByRow)
        strength = static_cast<double>(m_matrix.count(cell.truth, cell.predicted)) /
                   static_cast<double>(std::max<int64_t>(1, m_matrix.worst()));
    const double place = isRight ? -0.6 * strength : std::sqrt(strength);
    const QColor ground = strength > 0 ? QColor::fromRgb(m_theme.diverging(place)) : tokens.panel;
    const QRectF rect = cellRect(cell.truth, cell.predicted);
    painter.setFont(textFont());
    painter.fillRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), ground);
    const QString text = cellText(cell);
    if (painter.fontMetrics().horizontalAdvance(text) > rect.width() - 2)
        painter.setFont(smallFont());
    const bool hasRoom = rect.height() >= lowestText &&
                         painter.fontMetrics().horizontalAdvance(text) <= rect.width() - 2;
    if (text.isEmpty() || !hasRoom) return;
    painter.setPen(textOn(ground));
    painter.drawText(rect, Qt::AlignCenter, text);
}

QFont ConfusionTable::textFont() const {
    QFont font = m_theme.font();
    font.setPointSizeF(8.5);
    return font;
}

/// For numbers that are too wide for their cells.
QFont ConfusionTable::smallFont() const {
    QFont font = m_theme.font();
    font.setPointSizeF(7);
    return font;
}

void ConfusionTable::paintNames(QPainter& painter) const {
    painter.setPen(m_theme.tokens().quiet);
    const QFontMetrics metrics = painter.fontMetrics();
    const auto draw = [&](const QRectF& room, int label, Qt::Alignment alignment) {
        painter.drawText(
            room, static_cast<int>(alignment),
            metrics.elidedText(nameOf(label), Qt::ElideRight, static_cast<int>(room.width())));
    };
    for (int label = 0; label < m_matrix.classes(); ++label) {
        const QRectF row = cellRect(label, 0);
        if (row.height() < 11) continue;
        draw({space, row.top(), row.left() - 2 * space, row.height()}, label,
             Qt::AlignRight | Qt::AlignVCenter);
    }
    for (int column = 0; column < m_matrix.columns(); ++column) {
        const int label = m_matrix.predictedAt(column);
        const QRectF cell = cellRect(0, label);
        if (cell.width() < 10) continue;
        painter.setPen(label == noAnswer ? m_theme.tokens().bad : m_theme.tokens().quiet);
        draw({cell.left(), 0, cell.width(), headingHeight}, label, Qt::AlignCenter);
    }
}

void ConfusionTable::mousePressEvent(QMouseEvent* event) {
    const std::optional<Confusion> cell = cellAt(event->position());
    choose(cell == m_chosen ? std::nullopt : cell);
}

void ConfusionTable::mouseMoveEvent(QMouseEvent* event) {
    const std::optional<Confusion> cell = cellAt(event->position());
    if (cell == m_under) return;
    m_under = cell;
    update();
    pointed(cell ? describe(*cell) : QString());
}

void ConfusionTable::leaveEvent(QEvent*) {
    m_under.reset();
    update();
    pointed({});
}

void ConfusionTable::keyPressEvent(QKeyEvent* event) {
    if (m_matrix.isEmpty()) return QWidget::keyPressEvent(event);
    Confusion cell = m_chosen.value_or(Confusion{});
    int column = m_matrix.columnOf(cell.predicted);
    switch (event->key()) {
        case Qt::Key_Up:
            --cell.truth;
            break;
        case Qt::Key_Down:
            ++cell.truth;
            break;
        case Qt::Key_Left:
            --column;
            break;
        case Qt::Key_Right:
            ++column;
            break;
        case Qt::Key_Escape:
            return choose(std::nullopt);
        default:
            return QWidget::keyPressEvent(event);
    }
    cell.truth = std::clamp(cell.truth, 0, m_matrix.classes() - 1);
    cell.predicted = m_matrix.predictedAt(std::clamp(column, 0, m_matrix.columns() - 1));
    choose(cell);
}

}  // namespace vitrine::gui

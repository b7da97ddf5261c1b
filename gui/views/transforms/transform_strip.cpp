// SPDX-License-Identifier: GPL-3.0-or-later
// Painting of the pictures.
#include "gui/views/transforms/transform_strip.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

constexpr int side = 96;       ///< of a picture, at most
constexpr int nameWidth = 80;  ///< of the column of names

}  // namespace

TransformStrip::TransformStrip(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_theme(theme) {
    setObjectName(QStringLiteral("transforms.strip"));
    setAccessibleName(tr("Examples before and behind each transform"));
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

int TransformStrip::cellSide() const { return side; }
int TransformStrip::headHeight() const { return fontMetrics().height() + 2 * space; }
int TransformStrip::rowStep() const { return cellSide() + 2 * space; }
int TransformStrip::columnStep() const { return cellSide() + 4 * space; }

int TransformStrip::rowsIn(int height) const {
    return std::clamp((height - headHeight()) / rowStep(), 1, 12);
}

QSize TransformStrip::sizeHint() const {
    const int columns = std::max(1, static_cast<int>(m_sheet.titles.size()));
    const int rows = std::max(1, static_cast<int>(m_sheet.rows.size()));
    return {nameWidth + columns * columnStep(), headHeight() + rows * rowStep()};
}

void TransformStrip::show(TransformSheet sheet) {
    const bool isOtherSize =
        sheet.titles.size() != m_sheet.titles.size() || sheet.rows.size() != m_sheet.rows.size();
    m_sheet = std::move(sheet);
    if (isOtherSize) {
        updateGeometry();
        resize(sizeHint().expandedTo(size()));
    }
    describe();
    update();
}

void TransformStrip::describe() {
    QStringList names;
    for (const TransformSheet::Row& row : m_sheet.rows) names << row.name;
    setAccessibleDescription(tr("%1: %2").arg(m_sheet.titles.join(QStringLiteral(" → ")),
                                              names.join(QStringLiteral(", "))));
}

void TransformStrip::setChosen(int entry) {
    if (entry == m_chosen) return;
    m_chosen = entry;
    update();
}

QRect TransformStrip::columnOf(int entry) const {
    return {nameWidth + (entry + 1) * columnStep() - space, 0, columnStep(), height()};
}

void TransformStrip::mousePressEvent(QMouseEvent* event) {
    const int column = (event->position().toPoint().x() - nameWidth) / columnStep();
    if (column >= 1 && column < m_sheet.titles.size()) entryClicked(column - 1);
}

void TransformStrip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Tokens& tokens = m_theme.tokens();
    const QFontMetrics metrics = fontMetrics();
    for (qsizetype column = 0; column < m_sheet.titles.size(); ++column) {
        const int left = nameWidth + static_cast<int>(column) * columnStep();
        const bool isChosen = column == m_chosen + 1 && m_chosen >= 0;
        if (isChosen) painter.fillRect(columnOf(m_chosen), tokens.raised);
        painter.setPen(isChosen ? tokens.text : tokens.quiet);
        const QString words =
            column == 0 ? m_sheet.titles[column]
                        : QStringLiteral("%1  %2").arg(column).arg(m_sheet.titles[column]);
        painter.drawText(QRect(left, 0, columnStep() - 2 * space, headHeight()),
                         Qt::AlignVCenter | Qt::AlignLeft,
                         metrics.elidedText(words, Qt::ElideRight, columnStep() - 2 * space));
    }
    int top = headHeight();
    for (const TransformSheet::Row& row : m_sheet.rows) {
        painter.setPen(tokens.text);
        painter.drawText(QRect(2 * space, top, nameWidth - 4 * space, cellSide()),
                         Qt::AlignVCenter | Qt::AlignLeft,
                         metrics.elidedText(row.name, Qt::ElideRight, nameWidth - 4 * space));
        int left = nameWidth;
        for (const TransformSheet::Cell& cell : row.stages) {
            paintCell(painter, QRect(left, top, cellSide(), cellSide()), cell);
            left += columnStep();
        }
        top += rowStep();
    }
}

/// Small pictures are enlarged by a whole factor, so that their pixels can be seen.
void TransformStrip::paintCell(QPainter& painter, const QRect& room,
                               const TransformSheet::Cell& cell) const {
    if (cell.picture.isNull()) return;
    const int longest = std::max(cell.picture.width(), cell.picture.height());
    QSize size = cell.picture.size().scaled(room.size(), Qt::KeepAspectRatio);
    if (longest <= room.width()) size = cell.picture.size() * (room.width() / longest);
    painter.setRenderHint(QPainter::SmoothPixmapTransform, longest > room.width());
    const QRect area(room.center() - QPoint(size.width() / 2 - 1, size.height() / 2 - 1), size);
    painter.drawImage(area, cell.picture);
    if (cell.words.isEmpty()) return;
    paintWords(painter, room, cell.words);
}

/// Mixed classes are what a network is told: below the picture that it is told of, each in a line
/// of its own where one is too short for them.
void TransformStrip::paintWords(QPainter& painter, const QRect& room, const QString& words) const {
    const Tokens& tokens = m_theme.tokens();
    const QFontMetrics metrics = fontMetrics();
    QStringList lines{words};
    if (metrics.horizontalAdvance(words) > room.width()) lines = words.split(QStringLiteral(" · "));
    const auto height = metrics.height() * static_cast<int>(lines.size());
    QRect label(room.left(), room.bottom() - height + 1, room.width(), height);
    QColor behind = tokens.panel;
    behind.setAlphaF(0.8F);
    painter.fillRect(label, behind);
    painter.setPen(tokens.text);
    for (const QString& line : lines) {
        const QRect place(label.left(), label.top(), label.width(), metrics.height());
        painter.drawText(place, Qt::AlignCenter,
                         metrics.elidedText(line, Qt::ElideMiddle, label.width()));
        label.setTop(label.top() + metrics.height());
    }
}

}  // namespace vitrine::gui

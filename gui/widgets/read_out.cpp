// SPDX-License-Identifier: GPL-3.0-or-later
// Painting of the cells.
#include "gui/widgets/read_out.h"

#include <QPainter>

#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

constexpr int lineHeight = 20;

}  // namespace

ReadOut::ReadOut(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    setFixedHeight(lineHeight);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ReadOut::setCells(std::vector<Cell> cells) {
    m_cells = std::move(cells);
    m_hint.clear();
    setAccessibleDescription(text());
    updateHeight();
    update();
}

void ReadOut::setHint(const QString& hint) {
    m_hint = hint;
    m_cells.clear();
    setAccessibleDescription(hint);
    update();
}

QString ReadOut::text() const {
    if (m_cells.empty()) return m_hint;
    QStringList parts;
    for (const Cell& cell : m_cells) parts << (cell.name + QLatin1Char(' ') + cell.value).trimmed();
    return parts.join(QStringLiteral(" · "));
}

QSize ReadOut::sizeHint() const { return {0, lineHeight}; }

std::vector<ReadOut::Place> ReadOut::places() const {
    const QFontMetrics names(m_theme.font()), values(m_theme.mono());
    const int digit = values.horizontalAdvance(QLatin1Char('0'));
    std::vector<Place> places;
    QPoint at(2 * space, 0);
    for (const Cell& cell : m_cells) {
        const int name = cell.name.isEmpty() ? 0 : names.horizontalAdvance(cell.name) + space;
        const int value = digit * cell.characters;
        if (at.x() > 2 * space && at.x() + name + value > width())
            at = {2 * space, at.y() + lineHeight};
        places.push_back(
            {{at, QSize(name, lineHeight)}, {at + QPoint(name, 0), QSize(value, lineHeight)}});
        at.rx() += name + value + 2 * space;
    }
    return places;
}

/// Stays as it is while there are no cells, so that nothing jumps.
void ReadOut::updateHeight() {
    if (m_cells.empty()) return;
    const bool isLong = places().back().name.top() > 0;
    setFixedHeight(isLong ? 2 * lineHeight : lineHeight);
}

void ReadOut::resizeEvent(QResizeEvent*) { updateHeight(); }

void ReadOut::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Tokens& tokens = m_theme.tokens();
    if (m_cells.empty()) {
        painter.setFont(m_theme.font());
        painter.setPen(tokens.quiet);
        const QRect room = rect().adjusted(2 * space, 0, -2 * space, 0);
        painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(m_hint, Qt::ElideRight, room.width()));
        return;
    }
    const std::vector<Place> at = places();
    for (size_t i = 0; i < m_cells.size() && at[i].name.top() < height(); ++i) {
        painter.setFont(m_theme.font());
        painter.setPen(tokens.quiet);
        painter.drawText(at[i].name, Qt::AlignLeft | Qt::AlignVCenter, m_cells[i].name);
        painter.setFont(m_theme.mono());
        painter.setPen(m_cells[i].colour.isValid() ? m_cells[i].colour : tokens.text);
        painter.drawText(at[i].value, Qt::AlignLeft | Qt::AlignVCenter, m_cells[i].value);
    }
}

}  // namespace vitrine::gui

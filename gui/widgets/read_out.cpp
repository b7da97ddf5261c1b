// SPDX-License-Identifier: GPL-3.0-or-later
// Painting of the cells.
#include "gui/widgets/read_out.h"

#include <QPainter>

#include "gui/theme/theme.h"

namespace vitrine::gui {

ReadOut::ReadOut(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    setFixedHeight(rowHeight);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ReadOut::setCells(std::vector<Cell> cells) {
    m_cells = std::move(cells);
    m_hint.clear();
    setAccessibleDescription(text());
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

QSize ReadOut::sizeHint() const { return {0, rowHeight}; }

void ReadOut::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Tokens& tokens = m_theme.tokens();
    const QFont name = m_theme.font(), value = m_theme.mono();
    const QFontMetrics nameMetrics(name), valueMetrics(value);
    int x = 2 * space;
    if (m_cells.empty()) {
        painter.setFont(name);
        painter.setPen(tokens.quiet);
        const QRect room = rect().adjusted(x, 0, -x, 0);
        painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter,
                         nameMetrics.elidedText(m_hint, Qt::ElideRight, room.width()));
        return;
    }
    for (const Cell& cell : m_cells) {
        const int nameWidth =
            cell.name.isEmpty() ? 0 : nameMetrics.horizontalAdvance(cell.name) + space;
        const int valueWidth = valueMetrics.horizontalAdvance(QLatin1Char('0')) * cell.characters;
        if (x + nameWidth + valueWidth > width()) break;
        painter.setFont(name);
        painter.setPen(tokens.quiet);
        painter.drawText(QRect(x, 0, nameWidth, height()), Qt::AlignLeft | Qt::AlignVCenter,
                         cell.name);
        painter.setFont(value);
        painter.setPen(cell.colour.isValid() ? cell.colour : tokens.text);
        painter.drawText(QRect(x + nameWidth, 0, valueWidth, height()),
                         Qt::AlignLeft | Qt::AlignVCenter, cell.value);
        x += nameWidth + valueWidth + 2 * space;
    }
}

}  // namespace vitrine::gui

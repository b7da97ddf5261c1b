// SPDX-License-Identifier: GPL-3.0-or-later
// Painting of the cells.
#include "gui/widgets/read_out.h"

#include <QPainter>

#include <algorithm>
#include <utility>

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
    const std::vector<Cell> before = std::exchange(m_cells, std::move(cells));
    growRooms(before);
    m_hint.clear();
    setAccessibleDescription(text());
    arrange();
    update();
}

/// The room that a cell of the same name has had stays its own.
void ReadOut::growRooms(const std::vector<Cell>& before) {
    for (size_t i = 0; i < m_cells.size(); ++i) {
        Cell& cell = m_cells[i];
        cell.characters = std::max(cell.characters, static_cast<int>(cell.value.size()));
        if (i < before.size() && before[i].name == cell.name)
            cell.characters = std::max(cell.characters, before[i].characters);
    }
}

void ReadOut::setHint(const QString& hint) {
    if (hint == m_hint && m_cells.empty()) return;
    m_hint = hint;
    m_cells.clear();
    setAccessibleDescription(hint);
    arrange();
    update();
}

QString ReadOut::text() const {
    if (m_cells.empty()) return m_hint;
    QStringList parts;
    for (const Cell& cell : m_cells) parts << (cell.name + QLatin1Char(' ') + cell.value).trimmed();
    return parts.join(QStringLiteral(" · "));
}

QSize ReadOut::sizeHint() const { return {0, lineHeight}; }

std::vector<ReadOut::Place> ReadOut::places(bool isShort) const {
    const QFontMetrics names(m_theme.font()), values(m_theme.mono());
    const int right = width() - 2 * space;
    std::vector<Place> places;
    QPoint at(2 * space, 0);
    for (const Cell& cell : m_cells) {
        const QString& label = isShort && !cell.shortName.isNull() ? cell.shortName : cell.name;
        const int name = label.isEmpty() ? 0 : names.horizontalAdvance(label) + space;
        const int value = values.horizontalAdvance(QString(cell.characters, QLatin1Char('0')));
        if (at.x() > 2 * space && at.x() + name + value > right)
            at = {2 * space, at.y() + lineHeight};
        if (at.y() > lineHeight || at.x() + name + value > right) break;
        places.push_back({label,
                          {at, QSize(name, lineHeight)},
                          {at + QPoint(name, 0), QSize(value, lineHeight)}});
        at.rx() += name + value + 2 * space;
    }
    return places;
}

bool ReadOut::isOneLine(const std::vector<Place>& places) const {
    return places.size() == m_cells.size() && places.back().name.top() == 0;
}

/// A sentence leaves the height that cells have had, so that nothing jumps while the mouse comes
/// and goes.
void ReadOut::arrange() {
    m_places.clear();
    bool isLong = height() > lineHeight && m_cells.empty();
    if (!m_cells.empty()) {
        m_places = places(false);
        if (!isOneLine(m_places)) m_places = places(true);
        isLong = !m_places.empty() && m_places.back().name.top() > 0;
    } else if (!m_hint.isEmpty()) {
        const int room = std::max(1, width() - 4 * space);
        isLong |= QFontMetrics(m_theme.font()).horizontalAdvance(m_hint) > room;
    }
    setFixedHeight(isLong ? 2 * lineHeight : lineHeight);
}

int ReadOut::cellsShown() const { return static_cast<int>(m_places.size()); }

void ReadOut::resizeEvent(QResizeEvent*) { arrange(); }

void ReadOut::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Tokens& tokens = m_theme.tokens();
    if (m_cells.empty()) {
        painter.setFont(m_theme.font());
        painter.setPen(tokens.quiet);
        const QRect room = rect().adjusted(2 * space, 0, -2 * space, 0);
        painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextWordWrap, m_hint);
        return;
    }
    for (size_t i = 0; i < m_places.size(); ++i) {
        painter.setFont(m_theme.font());
        painter.setPen(tokens.quiet);
        painter.drawText(m_places[i].name, Qt::AlignLeft | Qt::AlignVCenter, m_places[i].label);
        painter.setFont(m_theme.mono());
        painter.setPen(m_cells[i].colour.isValid() ? m_cells[i].colour : tokens.text);
        painter.drawText(m_places[i].value, Qt::AlignLeft | Qt::AlignVCenter, m_cells[i].value);
    }
}

}  // namespace vitrine::gui

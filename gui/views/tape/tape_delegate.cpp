// SPDX-License-Identifier: GPL-3.0-or-later
// Painting of the tape's cells.
#include "gui/views/tape/tape_delegate.h"

#include <QPainter>

#include "gui/models/tape_model.h"
#include "gui/theme/theme.h"
#include "gui/widgets/whole_numbers.h"

namespace vitrine::gui {

namespace {

constexpr int gutterWidth = 36, timeWidth = 104, barHeight = 16;

QColor withAlpha(QColor colour, int alpha) {
    colour.setAlpha(alpha);
    return colour;
}

}  // namespace

TapeDelegate::TapeDelegate(const Theme& theme, QObject* parent)
    : QStyledItemDelegate(parent), m_theme(theme) {}

void TapeDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                         const QModelIndex& index) const {
    // Soft grounds, so that bars and marks can be seen on them.
    const QColor& accent = m_theme.tokens().accent;
    const bool isCurrent = index.data(TapeModel::CurrentRole).toBool();
    if (option.state & QStyle::State_Selected)
        painter->fillRect(option.rect, withAlpha(accent, 72));
    if (isCurrent) painter->fillRect(option.rect, withAlpha(accent, 44));
    if (index.column() == TapeModel::Time)
        paintBar(painter, option.rect, index.data(TapeModel::ShareRole).toDouble());
    QStyleOptionViewItem text = option;
    text.state &= ~(QStyle::State_Selected | QStyle::State_HasFocus | QStyle::State_MouseOver);
    text.rect.adjust(space, 0, -space, 0);
    QStyledItemDelegate::paint(painter, text, index);
    if (index.column() == TapeModel::Mark) paintMarks(painter, option.rect, index);
    if (!isCurrent) return;
    painter->setPen(accent);
    painter->drawLine(option.rect.topLeft(), option.rect.topRight());
}

/// A number is whole or not there.
void TapeDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const {
    QStyledItemDelegate::initStyleOption(option, index);
    const bool isNumber = option->displayAlignment.testFlag(Qt::AlignRight);
    if (isNumber && !option->rect.isEmpty()) leaveOutCutNumber(*option, 3);
}

void TapeDelegate::paintBar(QPainter* painter, const QRect& cell, double share) const {
    if (share <= 0) return;
    const QRect room = cell.adjusted(space, 0, -space, 0);
    const double width = std::max(1.0, share * room.width());
    const QRectF bar(room.left(), cell.center().y() - barHeight / 2 + 0.5, width, barHeight);
    painter->fillRect(bar, withAlpha(m_theme.tokens().accent, 72));
}

void TapeDelegate::paintMarks(QPainter* painter, const QRect& cell,
                              const QModelIndex& index) const {
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    const QPointF middle = QRectF(cell).center();
    if (index.data(TapeModel::BreakpointRole).toBool()) {
        painter->setBrush(m_theme.tokens().bad);
        painter->drawEllipse(QPointF(cell.left() + 10, middle.y()), 4.5, 4.5);
    }
    if (index.data(TapeModel::CurrentRole).toBool()) {
        painter->setBrush(m_theme.tokens().accent);
        const double left = cell.left() + 20;
        painter->drawPolygon(
            QPolygonF({{left, middle.y() - 5}, {left + 9, middle.y()}, {left, middle.y() + 5}}));
    }
    painter->restore();
}

QSize TapeDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    QSize size = QStyledItemDelegate::sizeHint(option, index);
    size.rwidth() += 2 * space;
    if (index.column() == TapeModel::Mark) size.setWidth(gutterWidth);
    if (index.column() == TapeModel::Time) size.setWidth(timeWidth);
    // It comes later than the widths are chosen.
    if (index.column() == TapeModel::Rate)
        size.setWidth(
            std::max(size.width(),
                     option.fontMetrics.horizontalAdvance(QStringLiteral("8,888.8")) + 4 * space));
    return size;
}

}  // namespace vitrine::gui

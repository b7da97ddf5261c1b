// SPDX-License-Identifier: GPL-3.0-or-later
// One line for each entry.
#include "gui/views/transforms/transform_delegate.h"

#include <QPainter>

#include <algorithm>

#include "gui/models/transform_model.h"

namespace vitrine::gui {

namespace {

constexpr int iconSize = 16;

}  // namespace

QSize TransformDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
    return {160, rowHeight + space};
}

void TransformDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                              const QModelIndex& index) const {
    const Tokens& tokens = m_theme.tokens();
    painter->save();
    if (option.state & (QStyle::State_Selected | QStyle::State_MouseOver))
        painter->fillRect(option.rect, tokens.raised);
    if (option.state & QStyle::State_HasFocus)
        painter->fillRect(QRect(option.rect.topLeft(), QSize(2, option.rect.height())),
                          tokens.accent);
    QRect room = option.rect.adjusted(2 * space, 0, -2 * space, 0);
    painter->setFont(option.font);
    painter->setPen(tokens.quiet);
    const QFontMetrics& metrics = option.fontMetrics;
    const int numberWidth = metrics.horizontalAdvance(QStringLiteral("00"));
    painter->drawText(QRect(room.left(), room.top(), numberWidth, room.height()),
                      Qt::AlignVCenter | Qt::AlignRight, QString::number(index.row() + 1));
    room.setLeft(room.left() + numberWidth + 2 * space);
    if (index.data(TransformModel::UselessRole).toBool()) {
        m_theme.icon(QStringLiteral("warning"), tokens.warn)
            .paint(painter, QRect(room.right() - iconSize, room.center().y() - iconSize / 2 + 1,
                                  iconSize, iconSize));
        room.setRight(room.right() - iconSize - space);
    }
    const QString title = index.data(Qt::DisplayRole).toString();
    painter->setPen(tokens.text);
    painter->drawText(room, Qt::AlignVCenter | Qt::AlignLeft,
                      metrics.elidedText(title, Qt::ElideRight, room.width()));
    room.setLeft(room.left() + metrics.horizontalAdvance(title) + 3 * space);
    if (room.width() > 3 * space) {
        painter->setPen(tokens.quiet);
        painter->drawText(room, Qt::AlignVCenter | Qt::AlignLeft,
                          metrics.elidedText(index.data(TransformModel::SummaryRole).toString(),
                                             Qt::ElideRight, room.width()));
    }
    painter->restore();
}

}  // namespace vitrine::gui

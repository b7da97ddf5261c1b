// SPDX-License-Identifier: GPL-3.0-or-later
// Three columns that follow the list's width.
#include "gui/shell/overview_delegate.h"

#include <QPainter>

#include <algorithm>

#include "gui/models/data_overview.h"
#include "gui/models/number_text.h"

namespace vitrine::gui {

namespace {

constexpr int tall = 36, flat = rowHeight, barHeight = 8;

struct Room {
    QRect name, bar, counts, pictures;
};

QString countsText(int64_t train, int64_t test) {
    if (test == 0) return exactText(train);
    return train == 0 ? exactText(test)
                      : QStringLiteral("%1 + %2").arg(exactText(train), exactText(test));
}

Room roomOf(const QRect& row, const QFontMetrics& metrics, const DataOverviewModel& model) {
    const bool hasPictures = model.hasPictures();
    const int countWidth = metrics.horizontalAdvance(countsText(model.most(), model.most()));
    const QRect inner = row.adjusted(2 * space, 0, -2 * space, 0);
    const int nameWidth = std::clamp(inner.width() / 5, 64, 160);
    const int barWidth = hasPictures
                             ? std::clamp(inner.width() / 5, 60, 180)
                             : std::max(60, inner.width() - nameWidth - countWidth - 4 * space);
    Room room;
    room.name = QRect(inner.left(), inner.top(), nameWidth, inner.height());
    room.bar = QRect(room.name.right() + 2 * space, inner.center().y() - barHeight / 2 + 1,
                     barWidth, barHeight);
    room.counts = QRect(room.bar.right() + 2 * space, inner.top(), countWidth, inner.height());
    room.pictures = QRect(room.counts.right() + 3 * space, inner.top(),
                          inner.right() - room.counts.right() - 3 * space, inner.height());
    return room;
}

void paintBar(QPainter& painter, const Theme& theme, const QRect& room, const OverviewRow& row,
              int64_t most) {
    painter.fillRect(room, theme.tokens().raised);
    if (most == 0) return;
    const auto width = [&](int64_t count) {
        const double share = static_cast<double>(count) / static_cast<double>(most);
        return count == 0 ? 0 : std::max(1, static_cast<int>(share * room.width()));
    };
    const int train = width(row.train), test = std::min(width(row.test), room.width() - train);
    painter.fillRect(QRect(room.left(), room.top(), train, room.height()),
                     OverviewDelegate::trainColour(theme));
    painter.fillRect(QRect(room.left() + train, room.top(), test, room.height()),
                     OverviewDelegate::testColour(theme));
}

void paintPictures(QPainter& painter, const QRect& room, const std::vector<QImage>& pictures) {
    int left = room.left();
    for (const QImage& picture : pictures) {
        const int height = room.height() - space;
        const QSize size = picture.size().scaled(2 * height, height, Qt::KeepAspectRatio);
        if (left + size.width() > room.right()) return;
        const bool shrinks = picture.height() > size.height();
        painter.setRenderHint(QPainter::SmoothPixmapTransform, shrinks);
        painter.drawImage(QRect(QPoint(left, room.center().y() - size.height() / 2 + 1), size),
                          picture);
        left += size.width() + space;
    }
}

}  // namespace

QSize OverviewDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const {
    const auto* model = qobject_cast<const DataOverviewModel*>(index.model());
    return {200, model && model->hasPictures() ? tall : flat};
}

void OverviewDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                             const QModelIndex& index) const {
    const auto* model = qobject_cast<const DataOverviewModel*>(index.model());
    if (!model) return;
    const OverviewRow& row = model->at(index);
    const Tokens& tokens = m_theme.tokens();
    const QFontMetrics metrics(option.font);
    const Room room = roomOf(option.rect, metrics, *model);
    painter->save();
    if (option.state & (QStyle::State_Selected | QStyle::State_MouseOver))
        painter->fillRect(option.rect, tokens.raised);
    if (option.state & QStyle::State_HasFocus)
        painter->fillRect(QRect(option.rect.topLeft(), QSize(2, option.rect.height())),
                          tokens.accent);
    painter->setFont(option.font);
    painter->setPen(tokens.text);
    painter->drawText(room.name, Qt::AlignVCenter | Qt::AlignLeft,
                      metrics.elidedText(row.name, Qt::ElideMiddle, room.name.width()));
    paintBar(*painter, m_theme, room.bar, row, model->most());
    painter->setPen(tokens.quiet);
    const QString counts = countsText(row.train, row.test);
    painter->drawText(room.counts, Qt::AlignVCenter | Qt::AlignLeft,
                      metrics.elidedText(counts, Qt::ElideRight, room.counts.width()));
    if (model->hasPictures()) paintPictures(*painter, room.pictures, row.pictures);
    painter->restore();
}

}  // namespace vitrine::gui

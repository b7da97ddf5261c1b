// SPDX-License-Identifier: GPL-3.0-or-later
// A picture and a line of text.
#include "gui/views/data/sample_delegate.h"

#include <QPainter>

#include "gui/models/number_text.h"
#include "gui/models/samples_model.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

constexpr int labelHeight = 18, narrowest = 76;

}  // namespace

SampleDelegate::SampleDelegate(Theme& theme, QObject* parent)
    : QStyledItemDelegate(parent), m_theme(theme) {}

QSize SampleDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
    return {std::max(m_pictureSize, narrowest) + 2 * space,
            m_pictureSize + labelHeight + 2 * space};
}

void SampleDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                           const QModelIndex& index) const {
    painter->save();
    const Tokens& tokens = m_theme.tokens();
    const QRect room = option.rect.adjusted(space, space, -space, -space);
    const QImage picture = index.data(SamplesModel::PictureRole).value<QImage>();
    const QSize size = picture.size().scaled(m_pictureSize, m_pictureSize, Qt::KeepAspectRatio);
    const QRect area(QPoint(room.center().x() - size.width() / 2, room.top()), size);
    painter->drawImage(area, picture);
    if (option.state.testFlag(QStyle::State_Selected)) {
        painter->setPen(QPen(tokens.accent, 2));
        painter->drawRect(area.adjusted(-1, -1, 1, 1));
    }
    paintLabel(*painter,
               QRect(room.left(), room.bottom() - labelHeight + 1, room.width(), labelHeight),
               index);
    painter->restore();
}

/// `7`, or where the network was asked: `7 → 9 98 %`, `7 → not a number`
void SampleDelegate::paintLabel(QPainter& painter, const QRect& room,
                                const QModelIndex& index) const {
    const Tokens& tokens = m_theme.tokens();
    const QString truth = index.data(SamplesModel::TruthRole).toString();
    const QString predicted = index.data(SamplesModel::PredictedRole).toString();
    QFont font = m_theme.font();
    font.setPointSizeF(8.5);
    painter.setFont(font);
    QString text = truth;
    if (!predicted.isEmpty()) {
        const QVariant share = index.data(SamplesModel::ProbabilityRole);
        text = QStringLiteral("%1 → %2").arg(truth, predicted);
        if (share.isValid()) text += QLatin1Char(' ') + percentText(share.toDouble(), 0);
    }
    const bool isWrong = !predicted.isEmpty() && predicted != truth;
    painter.setPen(isWrong ? tokens.bad : tokens.quiet);
    painter.drawText(room, Qt::AlignCenter,
                     painter.fontMetrics().elidedText(text, Qt::ElideRight, room.width()));
}

}  // namespace vitrine::gui

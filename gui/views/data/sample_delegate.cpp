// SPDX-License-Identifier: GPL-3.0-or-later
// A picture and a line of text.
#include "gui/views/data/sample_delegate.h"

#include <QPainter>

#include "gui/models/number_text.h"
#include "gui/models/samples_model.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

constexpr int labelHeight = 18, narrowest = 76, badgeSide = 14;
constexpr double excludedOpacity = 0.35;

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
    const QSize whole(m_pictureSize, m_pictureSize);
    const QSize size = picture.isNull() ? whole : picture.size().scaled(whole, Qt::KeepAspectRatio);
    const QRect area(QPoint(room.center().x() - size.width() / 2, room.top()), size);
    const bool isExcluded = index.data(SamplesModel::ExcludedRole).toBool();
    if (isExcluded) painter->setOpacity(excludedOpacity);
    if (picture.isNull())
        painter->fillRect(area, tokens.raised);  // it is being made
    else
        painter->drawImage(area, picture);
    painter->setOpacity(1);
    paintBadge(*painter, area, isExcluded,
               !index.data(SamplesModel::OwnClassRole).toString().isEmpty());
    if (option.state.testFlag(QStyle::State_Selected)) {
        painter->setPen(QPen(tokens.accent, 2));
        painter->drawRect(area.adjusted(-1, -1, 1, 1));
    }
    paintLabel(*painter,
               QRect(room.left(), room.bottom() - labelHeight + 1, room.width(), labelHeight),
               index);
    painter->restore();
}

/// In the upper right corner: a cross for what is excluded, a filled corner for another class.
void SampleDelegate::paintBadge(QPainter& painter, const QRect& area, bool isExcluded,
                                bool isRelabelled) const {
    if (!isExcluded && !isRelabelled) return;
    const Tokens& tokens = m_theme.tokens();
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF badge(area.right() - badgeSide + 1, area.top(), badgeSide, badgeSide);
    painter.setPen(Qt::NoPen);
    painter.setBrush(isExcluded ? tokens.bad : tokens.warn);
    painter.drawRoundedRect(badge, 3, 3);
    painter.setPen(QPen(tokens.window, 1.5));
    const QRectF mark = badge.adjusted(3.5, 3.5, -3.5, -3.5);
    if (isExcluded) {
        painter.drawLine(mark.topLeft(), mark.bottomRight());
        painter.drawLine(mark.topRight(), mark.bottomLeft());
    } else {  // a pen's stroke: somebody has written another class
        painter.drawLine(mark.bottomLeft(), mark.topRight());
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setBrush(Qt::NoBrush);
}

/// `7`, or where the network was asked: `7 → 9 98 %`, `7 → not a number`; `7, was 1` and `excluded`
/// where the project says so.
void SampleDelegate::paintLabel(QPainter& painter, const QRect& room,
                                const QModelIndex& index) const {
    const Tokens& tokens = m_theme.tokens();
    const QString truth = index.data(SamplesModel::TruthRole).toString();
    const QString predicted = index.data(SamplesModel::PredictedRole).toString();
    QFont font = m_theme.font();
    font.setPointSizeF(8.5);
    painter.setFont(font);
    const QString own = index.data(SamplesModel::OwnClassRole).toString();
    QString text = truth;
    if (index.data(SamplesModel::ExcludedRole).toBool()) {
        text = tr("excluded");
    } else if (!own.isEmpty()) {
        text = tr("%1, was %2").arg(truth, own);
    } else if (!predicted.isEmpty()) {
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

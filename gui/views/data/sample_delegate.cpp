// SPDX-License-Identifier: GPL-3.0-or-later
// A picture and a line of text.
#include "gui/views/data/sample_delegate.h"

#include <QPainter>

#include "gui/models/number_text.h"
#include "gui/models/samples_model.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

constexpr int labelHeight = 30, narrowest = 76, badgeSide = 14;
constexpr double excludedOpacity = 0.35;

/// `first`, a sign and `second` in one line, or where that is too long in two.
QStringList twoNames(const QFontMetrics& metrics, int width, const QString& first,
                     const QString& sign, const QString& second, const QString& behind = {}) {
    const QString all = first + QLatin1Char(' ') + sign + QLatin1Char(' ') + second + behind;
    if (metrics.horizontalAdvance(all) <= width) return {all};
    const QString before = sign + QLatin1Char(' ');
    const int room = width - metrics.horizontalAdvance(before + behind);
    return {metrics.elidedText(first, Qt::ElideMiddle, width),
            before + metrics.elidedText(second, Qt::ElideMiddle, room) + behind};
}

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
    const bool isUnread = index.data(SamplesModel::UnreadRole).toBool();
    if (isExcluded || isUnread) painter->setOpacity(excludedOpacity);
    if (picture.isNull())
        painter->fillRect(area, tokens.raised);  // it is being made
    else
        painter->drawImage(area, picture);
    if (picture.isNull())
        paintBars(*painter, area, index.data(SamplesModel::BarsRole).value<QList<double>>());
    painter->setOpacity(1);
    paintBadge(*painter, area, isExcluded || isUnread,
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

/// Of an example that has no picture; a gap where a number is none.
void SampleDelegate::paintBars(QPainter& painter, const QRect& area,
                               const QList<double>& bars) const {
    if (bars.isEmpty()) return;
    const QRectF room = QRectF(area).adjusted(3, 3, -3, -3);
    const double each = room.width() / static_cast<double>(bars.size());
    for (qsizetype i = 0; i < bars.size(); ++i) {
        if (bars[i] < 0) continue;
        const double height = std::max(1.0, bars[i] * room.height());
        painter.fillRect(QRectF(room.left() + static_cast<double>(i) * each, room.bottom() - height,
                                std::max(1.0, 0.8 * each), height),
                         m_theme.tokens().accent);
    }
}

/// In the upper right corner: a cross for what is excluded or cannot be read, a filled corner for
/// another class.
void SampleDelegate::paintBadge(QPainter& painter, const QRect& area, bool isCrossed,
                                bool isRelabelled) const {
    if (!isCrossed && !isRelabelled) return;
    const Tokens& tokens = m_theme.tokens();
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF badge(area.right() - badgeSide + 1, area.top(), badgeSide, badgeSide);
    painter.setPen(Qt::NoPen);
    painter.setBrush(isCrossed ? tokens.bad : tokens.warn);
    painter.drawRoundedRect(badge, 3, 3);
    painter.setPen(QPen(tokens.window, 1.5));
    const QRectF mark = badge.adjusted(3.5, 3.5, -3.5, -3.5);
    if (isCrossed) {
        painter.drawLine(mark.topLeft(), mark.bottomRight());
        painter.drawLine(mark.topRight(), mark.bottomLeft());
    } else {  // a pen's stroke: somebody has written another class
        painter.drawLine(mark.bottomLeft(), mark.topRight());
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setBrush(Qt::NoBrush);
}

/// `7`, or where the network was asked: `7 → 9 98 %`, `7 → not a number`; `7 was 1`, `excluded`
/// and `cannot be read`. Long names take two lines and lose their middles: what tells classes apart
/// often stands at the end. The tip has all of it.
void SampleDelegate::paintLabel(QPainter& painter, const QRect& room,
                                const QModelIndex& index) const {
    const Tokens& tokens = m_theme.tokens();
    const QString truth = index.data(SamplesModel::TruthRole).toString();
    const QString predicted = index.data(SamplesModel::PredictedRole).toString();
    QFont font = m_theme.font();
    font.setPointSizeF(8.5);
    painter.setFont(font);
    const QString own = index.data(SamplesModel::OwnClassRole).toString();
    const bool isUnread = index.data(SamplesModel::UnreadRole).toBool();
    const QFontMetrics metrics = painter.fontMetrics();
    QStringList lines{metrics.elidedText(truth, Qt::ElideMiddle, room.width())};
    if (isUnread) {
        lines = {tr("cannot be\nread")};
    } else if (index.data(SamplesModel::ExcludedRole).toBool()) {
        lines = {tr("excluded")};
    } else if (!own.isEmpty()) {
        lines = twoNames(metrics, room.width(), truth, tr("was"), own);
    } else if (!predicted.isEmpty()) {
        const QVariant share = index.data(SamplesModel::ProbabilityRole);
        lines = twoNames(
            metrics, room.width(), truth, QStringLiteral("→"), predicted,
            share.isValid() ? QLatin1Char(' ') + percentText(share.toDouble(), 0) : QString());
    }
    const bool isWrong = isUnread || (!predicted.isEmpty() && predicted != truth);
    painter.setPen(isWrong ? tokens.bad : tokens.quiet);
    painter.drawText(room.adjusted(0, 2, 0, 0), Qt::AlignHCenter | Qt::AlignTop,
                     lines.join(QLatin1Char('\n')));
}

}  // namespace vitrine::gui

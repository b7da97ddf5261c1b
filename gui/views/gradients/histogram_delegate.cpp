// SPDX-License-Identifier: GPL-3.0-or-later
// Painting of the cells.
#include "gui/views/gradients/histogram_delegate.h"

#include <QPainter>

#include <algorithm>
#include <cmath>
#include <utility>

#include "gui/models/number_text.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

constexpr int pad = 2 * space;

/// Where a size stands between the smallest and the largest that the bar shows, 0 … 1.
double barShare(double size) {
    constexpr double lowest = -10, highest = 3;  // powers of ten
    if (size <= 0) return 0;
    return std::clamp((std::log10(size) - lowest) / (highest - lowest), 0.0, 1.0);
}

}  // namespace

HistogramDelegate::HistogramDelegate(const GradientModel& model, Theme& theme, QObject* parent)
    : QStyledItemDelegate(parent), m_model(model), m_theme(theme), m_colours(theme) {
    connect(&theme, &Theme::changed, this, [this] {
        m_colours = ShareColours(m_theme);
        m_cache.clear();
    });
    connect(&model, &QAbstractItemModel::modelReset, this, [this] { m_cache.clear(); });
    m_nextTurn.setObjectName(QStringLiteral("HistogramDelegate.nextTurn"));
    m_nextTurn.setSingleShot(true);
    connect(&m_nextTurn, &QTimer::timeout, this, [this] {
        m_madeAnew = 0;
        if (std::exchange(m_isBehind, false)) fellBehind();
    });
}

QRect HistogramDelegate::pictureArea(const QRect& cell) { return cell.adjusted(pad, 2, -pad, -2); }

QColor HistogramDelegate::colourOf(Verdict verdict) const {
    const Tokens& tokens = m_theme.tokens();
    switch (verdict) {
        case Verdict::Fine:
            return tokens.quiet;
        case Verdict::Vanishing:
        case Verdict::Outdated:
            return tokens.warn;
        case Verdict::Exploding:
        case Verdict::Dead:
        case Verdict::NotFinite:
            return tokens.bad;
    }
    return tokens.text;
}

QString HistogramDelegate::iconOf(Verdict verdict) {
    switch (verdict) {
        case Verdict::Fine:
            return QStringLiteral("check");
        case Verdict::Vanishing:
            return QStringLiteral("vanishing");
        case Verdict::Exploding:
            return QStringLiteral("exploding");
        case Verdict::Dead:
            return QStringLiteral("dead");
        case Verdict::NotFinite:
            return QStringLiteral("not-finite");
        case Verdict::Outdated:
            return QStringLiteral("warning");
    }
    return {};
}

void HistogramDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                              const QModelIndex& index) const {
    const GradientModel::Row& row = m_model.row(index.row());
    const Tokens& tokens = m_theme.tokens();
    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    painter->save();
    if (row.verdict != Verdict::Fine) {
        QColor tint = colourOf(row.verdict);
        tint.setAlphaF(0.14F);
        painter->fillRect(option.rect, tint);
    }
    if (isSelected) {
        QColor tint = tokens.accent;
        tint.setAlphaF(0.18F);
        painter->fillRect(option.rect, tint);
        if (index.column() == GradientModel::Name)
            painter->fillRect(QRect(option.rect.topLeft(), QSize(3, option.rect.height())),
                              tokens.accent);
    }
    painter->fillRect(QRect(option.rect.bottomLeft(), QSize(option.rect.width(), 1)), tokens.grid);
    switch (index.column()) {
        case GradientModel::Name: {
            const QRect room = option.rect.adjusted(pad, 0, -space, 0);
            painter->setPen(tokens.text);
            painter->drawText(
                room, Qt::AlignLeft | Qt::AlignVCenter,
                option.fontMetrics.elidedText(row.name, Qt::ElideMiddle, room.width()));
            break;
        }
        case GradientModel::Distribution:
            paintPicture(*painter, option.rect, row);
            break;
        case GradientModel::Size:
            paintSize(*painter, option.rect, row);
            break;
        default:
            paintVerdict(*painter, option.rect, index);
            break;
    }
    painter->restore();
}

/// A few hundred microseconds for all that one painting makes anew.
bool HistogramDelegate::mayMakeAnew() const {
    constexpr int mostInATurn = 6;
    m_nextTurn.start(0);
    if (m_madeAnew < mostInATurn) {
        ++m_madeAnew;
        return true;
    }
    m_isBehind = true;
    return false;
}

/// Draws the columns that are new; all of them only where the columns or the bins have become
/// others.
void HistogramDelegate::update(Cached& cached, const GradientModel::Row& row,
                               const BinRange& bins) const {
    const HistogramHistory& history = row.history;
    const bool isSameGrid = cached.samplesPerColumn == history.samplesPerColumn() &&
                            cached.bins.first == bins.first && cached.bins.last == bins.last;
    if (isSameGrid && cached.samples == history.samples()) return;
    if (!isSameGrid) {
        if (!mayMakeAnew()) return;
        cached.image = QImage(HistogramHistory::mostColumns, bins.count(), QImage::Format_ARGB32);
        cached.image.fill(Qt::transparent);
        cached.columns = 0;
    }
    drawColumns(cached.image, history, bins, m_colours, std::max<size_t>(cached.columns, 1) - 1);
    cached.samples = history.samples();
    cached.samplesPerColumn = history.samplesPerColumn();
    cached.columns = history.columns().size();
    cached.bins = bins;
}

void HistogramDelegate::paintPicture(QPainter& painter, const QRect& cell,
                                     const GradientModel::Row& row) const {
    const BinRange bins = m_model.bins();
    if (bins.isEmpty()) return;
    Cached& cached = m_cache[&row];
    update(cached, row, bins);
    const QRect area = pictureArea(cell);
    if (cached.columns > 0)
        painter.drawImage(area, cached.image,
                          QRect(0, 0, static_cast<int>(cached.columns), cached.image.height()));
    // Where zero is: a tick on either side.
    if (bins.first > LogHistogram::zeroBin || bins.last < LogHistogram::zeroBin) return;
    const int zero = area.top() + (2 * (bins.last - LogHistogram::zeroBin) + 1) * area.height() /
                                      (2 * bins.count());
    painter.setPen(QPen(m_theme.tokens().quiet, 1));
    painter.drawLine(area.left() - space, zero, area.left() - 2, zero);
    painter.drawLine(area.right() + 2, zero, area.right() + space, zero);
}

void HistogramDelegate::paintSize(QPainter& painter, const QRect& cell,
                                  const GradientModel::Row& row) const {
    const double size = rootMeanSquare(row.history.latest());
    const Tokens& tokens = m_theme.tokens();
    const QRect room = cell.adjusted(pad, 0, -pad, 0);
    const int middle = room.center().y();
    painter.setPen(tokens.text);
    painter.setFont(m_theme.mono());
    painter.drawText(QRect(room.left(), middle - 20, room.width(), 20),
                     Qt::AlignRight | Qt::AlignVCenter, GradientModel::sizeText(row));
    const QRect bar(room.left(), middle + 6, room.width(), 4);
    painter.fillRect(bar, tokens.line);
    const double share = row.history.latest().nonFinite > 0 ? 1 : barShare(size);
    const int filled = static_cast<int>(std::lround(share * bar.width()));
    painter.fillRect(QRect(bar.topLeft(), QSize(filled, bar.height())), colourOf(row.verdict));
}

/// The word, and below it what lies behind it.
void HistogramDelegate::paintVerdict(QPainter& painter, const QRect& cell,
                                     const QModelIndex& index) const {
    const GradientModel::Row& row = m_model.row(index.row());
    const Verdict verdict = row.verdict;
    const QString detail = GradientModel::detail(row);
    constexpr int iconSize = 16;
    const QRect icon(cell.left() + space, cell.center().y() - iconSize / 2, iconSize, iconSize);
    const QColor colour = colourOf(verdict);
    m_theme.icon(iconOf(verdict), colour).paint(&painter, icon);
    QFont font = m_theme.font();
    font.setBold(verdict != Verdict::Fine);
    painter.setFont(font);
    painter.setPen(colour);
    const QRect room = cell.adjusted(2 * space + iconSize, 0, -space, 0);
    const int lineHeight = painter.fontMetrics().height();
    const int up = detail.isEmpty() ? 0 : lineHeight / 2;
    const auto draw = [&](const QString& text, int shift) {
        painter.drawText(room.translated(0, shift), Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(text, Qt::ElideRight, room.width()));
    };
    draw(index.data().toString(), -up);
    font.setBold(false);
    font.setPointSizeF(8.5);
    painter.setFont(font);
    painter.setPen(m_theme.tokens().text);
    draw(detail, up);
}

QSize HistogramDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
    return {120, 2 * rowHeight};
}

}  // namespace vitrine::gui

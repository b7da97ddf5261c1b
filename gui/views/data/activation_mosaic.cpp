// SPDX-License-Identifier: GPL-3.0-or-later
// Planes become pictures, pictures become rows.
#include "gui/views/data/activation_mosaic.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <array>
#include <cmath>

#include "gui/models/number_text.h"
#include "gui/models/short_name.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

constexpr int headingHeight = 20, gapBetween = 2, smallestTile = 28, largestTile = 64;

/// Theme::diverging in 255 steps, so that a picture costs one look-up a pixel.
class SignedColours {
  public:
    explicit SignedColours(const Theme& theme) : m_notFinite(theme.diverging(std::nan(""))) {
        for (int i = -half; i <= half; ++i)
            m_colours[static_cast<size_t>(i + half)] =
                theme.diverging(static_cast<double>(i) / half);
    }
    QRgb operator()(float x, double scale) const {
        if (!std::isfinite(x)) return m_notFinite;
        const auto step = std::lround(static_cast<double>(x) * scale * half);
        return m_colours[static_cast<size_t>(std::clamp(step, -half, half) + half)];
    }

  private:
    static constexpr long half = 127;
    std::array<QRgb, 2 * half + 1> m_colours{};
    QRgb m_notFinite;
};

QImage planeOf(const Activation& activation, int64_t channel, double scale,
               const SignedColours& colours) {
    QImage image(static_cast<int>(activation.width), static_cast<int>(activation.height),
                 QImage::Format_RGB32);
    size_t at = static_cast<size_t>(channel * activation.height * activation.width);
    for (int y = 0; y < image.height(); ++y) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
        for (int x = 0; x < image.width(); ++x) line[x] = colours(activation.elements[at++], scale);
    }
    return image;
}

double largestOf(const std::vector<float>& elements) {
    double largest = 0;
    for (float x : elements)
        if (std::isfinite(x)) largest = std::max(largest, std::abs(static_cast<double>(x)));
    return largest;
}

}  // namespace

ActivationMosaic::ActivationMosaic(Theme& theme, QWidget* parent)
    : QWidget(parent), m_theme(theme) {
    setObjectName(QStringLiteral("activationMosaic"));
    setAccessibleName(tr("Results of the convolutions"));
    connect(&theme, &Theme::changed, this, &ActivationMosaic::paintBlocks);
}

void ActivationMosaic::setActivations(std::vector<Activation> activations) {
    m_activations = std::move(activations);
    paintBlocks();
}

void ActivationMosaic::paintBlocks() {
    const SignedColours colours(m_theme);
    m_blocks.clear();
    for (const Activation& activation : m_activations) {
        const int64_t shown = std::min(activation.channels, mostChannels);
        Block block{.node = QString::fromStdString(activation.node),
                    .shape = shapeText({activation.channels, activation.height, activation.width}),
                    .extent = QSize(static_cast<int>(activation.width),
                                    static_cast<int>(activation.height)),
                    .largest = largestOf(activation.elements),
                    .channels = {}};
        if (shown < activation.channels) block.ofAll = tr("  (first %1)").arg(shown);
        const double scale = block.largest > 0 ? 1 / block.largest : 0;
        for (int64_t channel = 0; channel < shown; ++channel)
            block.channels.push_back(planeOf(activation, channel, scale, colours));
        m_blocks.push_back(std::move(block));
    }
    setMinimumHeight(contentHeight(width()));
    update();
}

/// How many of the channels are shown goes first, then the shape, which the tip has as well.
QString ActivationMosaic::headingIn(const Block& block, int width) const {
    const QString named = block.node + QStringLiteral("  ") + block.shape;
    const auto fits = [&](const QString& text) {
        return fontMetrics().horizontalAdvance(text) <= width;
    };
    if (fits(named + block.ofAll)) return named + block.ofAll;
    return fits(named) ? named : shortName(block.node, fits);
}

ActivationMosaic::Grid ActivationMosaic::gridOf(const Block& block, int width) const {
    const double scale = std::clamp(2.0 * std::max(block.extent.width(), block.extent.height()),
                                    double{smallestTile}, double{largestTile}) /
                         std::max({1, block.extent.width(), block.extent.height()});
    const QSize tile = (QSizeF(block.extent) * scale).toSize().expandedTo({1, 1});
    const int columns = std::max(1, (width + gapBetween) / (tile.width() + gapBetween));
    const int count = static_cast<int>(block.channels.size());
    return {tile, columns, (count + columns - 1) / columns};
}

int ActivationMosaic::blockHeight(const Block& block, int width) const {
    const Grid grid = gridOf(block, width);
    return headingHeight + grid.rows * (grid.tile.height() + gapBetween) + space;
}

int ActivationMosaic::contentHeight(int width) const {
    int height = 0;
    for (const Block& block : m_blocks) height += blockHeight(block, width);
    return height;
}

void ActivationMosaic::resizeEvent(QResizeEvent*) { setMinimumHeight(contentHeight(width())); }

void ActivationMosaic::paintEvent(QPaintEvent* event) {
    QPainter painter(this);
    painter.setPen(m_theme.tokens().quiet);
    int top = 0;
    for (const Block& block : m_blocks) {
        const int height = blockHeight(block, width());
        if (event->rect().intersects(QRect(0, top, width(), height))) {
            painter.drawText(QRect(0, top, width(), headingHeight),
                             Qt::AlignLeft | Qt::AlignVCenter, headingIn(block, width()));
            const Grid grid = gridOf(block, width());
            for (size_t i = 0; i < block.channels.size(); ++i) {
                const int place = static_cast<int>(i);
                const QPoint at(
                    place % grid.columns * (grid.tile.width() + gapBetween),
                    top + headingHeight + place / grid.columns * (grid.tile.height() + gapBetween));
                painter.drawImage(QRect(at, grid.tile), block.channels[i]);
            }
        }
        top += height;
    }
}

QString ActivationMosaic::tipAt(const QPoint& position) const {
    int top = 0;
    for (const Block& block : m_blocks) {
        const Grid grid = gridOf(block, width());
        const int row = (position.y() - top - headingHeight) / (grid.tile.height() + gapBetween);
        const int column = position.x() / (grid.tile.width() + gapBetween);
        const int channel = row * grid.columns + column;
        const bool isInside = position.y() >= top + headingHeight && row < grid.rows &&
                              column < grid.columns &&
                              channel < static_cast<int>(block.channels.size());
        if (isInside)
            return tr("%1 %2, channel %3: colours from %4 to %5")
                .arg(block.node, block.shape)
                .arg(channel)
                .arg(realText(-block.largest), realText(block.largest));
        top += blockHeight(block, width());
    }
    return {};
}

bool ActivationMosaic::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    QToolTip::showText(help->globalPos(), tipAt(help->pos()), this);
    return true;
}

}  // namespace vitrine::gui

// SPDX-License-Identifier: GPL-3.0-or-later
// ActivationMosaic: what each convolution makes of an image, one small picture a channel.
#pragma once

#include <QImage>
#include <QWidget>

#include <vector>

#include "core/session/predictor.h"

namespace vitrine::gui {

class Theme;

/// Window thread. Blue is negative, orange positive, symmetric about 0 in each convolution.
class ActivationMosaic : public QWidget {
    Q_OBJECT
  public:
    /// Of each convolution; the heading says so where there are more.
    static constexpr int64_t mostChannels = 64;

    explicit ActivationMosaic(Theme& theme, QWidget* parent = nullptr);
    void setActivations(std::vector<Activation> activations);

    QSize sizeHint() const override { return {160, contentHeight(160)}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override { return contentHeight(width); }

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool event(QEvent* event) override;

  private:
    struct Block {
        QString node, shape, ofAll = {};
        QSize extent;  ///< of one picture
        double largest = 0;
        std::vector<QImage> channels;
    };
    /// Where a block's pictures stand.
    struct Grid {
        QSize tile;
        int columns = 1, rows = 1;
    };
    Grid gridOf(const Block& block, int width) const;
    QString headingIn(const Block& block, int width) const;
    int blockHeight(const Block& block, int width) const;
    int contentHeight(int width) const;
    void paintBlocks();
    QString tipAt(const QPoint& position) const;

    Theme& m_theme;
    std::vector<Activation> m_activations;
    std::vector<Block> m_blocks;
};

}  // namespace vitrine::gui

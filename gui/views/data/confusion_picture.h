// SPDX-License-Identifier: GPL-3.0-or-later
// ConfusionPicture: the cells of a confusion matrix as one picture, for any number of classes.
#pragma once

#include <QImage>

#include <cstdint>
#include <vector>

#include "gui/models/confusion.h"

namespace vitrine::gui {

class Theme;

/// A plain value. Right answers are blue by their share, mistakes orange by √(share of the worst),
/// so that few mistakes can be seen beside thousands of right answers.
class ConfusionPicture {
  public:
    /// Which part of the cells to paint, in cells, onto how many pixels of the screen.
    struct View {
        QRectF cells;
        QSize pixels;
        int gap = 0;  ///< pixels between two cells that stay empty
        bool operator==(const View&) const = default;
    };

    ConfusionPicture() = default;
    /// `byRow`: mistakes by their share of the row.
    ConfusionPicture(const ConfusionMatrix& matrix, bool byRow);

    /// Where several cells lie on a pixel, the strongest of them is seen.
    QImage paint(const View& view, const Theme& theme) const;
    QRgb colourOf(int truth, int column, const Theme& theme) const;

  private:
    int m_rows = 0, m_columns = 0;
    /// [row][column]: strength of a mistake, −strength of a right answer, in 127ths.
    std::vector<int8_t> m_levels;
};

}  // namespace vitrine::gui

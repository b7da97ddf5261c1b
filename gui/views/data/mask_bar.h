// SPDX-License-Identifier: GPL-3.0-or-later
// MaskBar: which mask lies over the pictures of examples, how strongly, and what its colours mean.
#pragma once

#include <QWidget>

#include <memory>
#include <vector>

#include "core/session/project.h"

class QComboBox;
class QLabel;
class QSlider;

namespace vitrine::gui {

class Theme;

/// Window thread. Not there while the data have no column that could be one.
class MaskBar : public QWidget {
    Q_OBJECT
  public:
    explicit MaskBar(Theme& theme, QWidget* parent = nullptr);
    /// The first mask of classes, or what is called a mask, is chosen.
    void setData(std::shared_ptr<const Dataset> data, int image);
    /// Column of the data, −1: none.
    int column() const;
    double share() const;
    std::vector<QRgb> colours() const;

  Q_SIGNALS:
    void changed();

  private:
    void showLegend();

    Theme& m_theme;
    QComboBox* m_column;
    QSlider* m_share;
    QLabel* m_legend;
    std::shared_ptr<const Dataset> m_data;
    int m_image = -1;
};

}  // namespace vitrine::gui

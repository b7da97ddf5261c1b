// SPDX-License-Identifier: GPL-3.0-or-later
// Paints an image of a SamplesModel with its label below.
#pragma once

#include <QStyledItemDelegate>

namespace vitrine::gui {

class Theme;

class SampleDelegate : public QStyledItemDelegate {
    Q_OBJECT
  public:
    SampleDelegate(Theme& theme, QObject* parent = nullptr);
    /// Longer side of a picture, in pixels of the window.
    void setPictureSize(int pixels) { m_pictureSize = pixels; }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

  private:
    void paintBadge(QPainter& painter, const QRect& area, bool isCrossed, bool isRelabelled) const;
    void paintBars(QPainter& painter, const QRect& area, const QList<double>& bars) const;
    void paintLabel(QPainter& painter, const QRect& room, const QModelIndex& index) const;
    Theme& m_theme;
    int m_pictureSize = 56;
};

}  // namespace vitrine::gui

// SPDX-License-Identifier: GPL-3.0-or-later
// TransformStrip: real examples before and behind each entry of a list, in rows and columns.
#pragma once

#include <QWidget>

#include "gui/models/transform_sheet.h"

namespace vitrine::gui {

class Theme;

/// Window thread. As large as what it shows; stands in a scroll area.
class TransformStrip : public QWidget {
    Q_OBJECT
  public:
    TransformStrip(const Theme& theme, QWidget* parent);

    void show(TransformSheet sheet);
    const TransformSheet& sheet() const { return m_sheet; }
    /// The entry whose column stands out; −1: none.
    void setChosen(int entry);
    QRect columnOf(int entry) const;
    /// How many rows are seen at once in so much height.
    int rowsIn(int height) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

  Q_SIGNALS:
    void entryClicked(int entry);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

  private:
    int cellSide() const;
    int headHeight() const;
    int rowStep() const;
    int columnStep() const;
    void paintCell(QPainter& painter, const QRect& room, const TransformSheet::Cell& cell) const;
    void paintWords(QPainter& painter, const QRect& room, const QString& words) const;
    void describe();

    const Theme& m_theme;
    TransformSheet m_sheet;
    int m_chosen = -1;
};

}  // namespace vitrine::gui

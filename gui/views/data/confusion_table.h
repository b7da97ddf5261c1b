// SPDX-License-Identifier: GPL-3.0-or-later
// ConfusionTable: a confusion matrix as a painted table; a click on a cell chooses it.
#pragma once

#include <QStringList>
#include <QWidget>

#include <optional>

#include "gui/models/confusion.h"
#include "gui/views/data/confusion_picture.h"

class QScrollBar;

namespace vitrine::gui {

class Theme;

/// Window thread. Rows are what images are, columns what they were taken for; the last one, where
/// there is need of it, for outputs that are not numbers. Arrow keys move the chosen cell, Escape
/// chooses none.
class ConfusionTable : public QWidget {
    Q_OBJECT
  public:
    explicit ConfusionTable(Theme& theme, QWidget* parent = nullptr);

    void setMatrix(ConfusionMatrix matrix, const QStringList& names);
    /// Shares of each row instead of counts.
    void setByRow(bool byRow);
    std::optional<Confusion> chosen() const { return m_chosen; }
    void choose(std::optional<Confusion> cell);
    /// Where a cell stands in the widget; `predicted` may be noAnswer where images got none.
    QRectF cellRect(int truth, int predicted) const;

    /// 1: all cells are seen.
    double zoom() const { return m_zoom; }
    bool showsNumbers() const { return digitFont().has_value(); }

    QSize sizeHint() const override { return {260, 220}; }
    QSize minimumSizeHint() const override { return {140, 120}; }

  Q_SIGNALS:
    void chosenChanged(std::optional<vitrine::gui::Confusion> cell);
    /// What the mouse is on, as one sentence; empty: nothing.
    void pointed(const QString& sentence);

  protected:
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    std::optional<Confusion> cellAt(QPointF position) const;
    QSizeF cellSize() const;
    void zoomTo(double zoom, QPointF around);
    void placeBars();
    void scrollTo(QPointF offset);
    void showCell(const Confusion& cell);
    void cellsChanged();
    void paintCells(QPainter& painter);
    void paintNumbers(QPainter& painter, const QFont& font) const;
    void paintRowNames(QPainter& painter) const;
    void paintColumnNames(QPainter& painter) const;
    QRect visibleCells() const;
    QString cellText(const Confusion& cell) const;
    std::optional<QFont> digitFont() const;
    QString nameOf(int label) const;
    bool has(const Confusion& cell) const;
    QString describe(const Confusion& cell) const;
    double namesWidth() const;
    QRectF area() const;
    QFont textFont() const;

    Theme& m_theme;
    ConfusionMatrix m_matrix;
    QStringList m_names;
    mutable std::optional<double> m_namesWidth;
    ConfusionPicture m_cells;
    ConfusionPicture::View m_view;  ///< that m_picture was painted for
    QImage m_picture;
    QScrollBar *m_across, *m_down;
    double m_zoom = 1;
    QPointF m_offset;  ///< of the seen part from the upper left corner of all cells, in pixels
    bool m_isByRow = false;
    std::optional<Confusion> m_chosen, m_under;
};

}  // namespace vitrine::gui

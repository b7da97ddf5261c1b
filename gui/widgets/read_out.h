// SPDX-License-Identifier: GPL-3.0-or-later
// ReadOut: names and numbers in cells of fixed width, so that nothing jumps while numbers change.
#pragma once

#include <QColor>
#include <QString>
#include <QWidget>

#include <vector>

namespace vitrine::gui {

class Theme;

class ReadOut : public QWidget {
    Q_OBJECT
  public:
    struct Cell {
        QString name, value;
        QColor colour = {};   ///< of the value; invalid: that of text
        int characters = 10;  ///< room for the value
    };

    explicit ReadOut(Theme& theme, QWidget* parent = nullptr);
    /// They go on in a second row where they do not fit; what does not fit there is left out.
    void setCells(std::vector<Cell> cells);
    /// A sentence in place of the cells.
    void setHint(const QString& hint);
    /// `step 1,234 · loss 0.1234`
    QString text() const;

    QSize sizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    /// Where names and values stand.
    struct Place {
        QRect name, value;
    };
    std::vector<Place> places() const;
    void updateHeight();
    Theme& m_theme;
    std::vector<Cell> m_cells;
    QString m_hint;
};

}  // namespace vitrine::gui

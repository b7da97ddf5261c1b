// SPDX-License-Identifier: GPL-3.0-or-later
// ReadOut: names and numbers in cells of steady width, so that nothing jumps while numbers change.
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
        QColor colour = {};  ///< of the value; invalid: that of text
        int characters = 6;  ///< room for the value at first; grows with the longest one
        /// Instead of the name where not all cells fit in one line, may be empty; null: the name.
        QString shortName = {};
    };

    explicit ReadOut(Theme& theme, QWidget* parent = nullptr);
    /// In one line, if need be with short names; else in two, where cells that do not fit are left
    /// out. Numbers are whole or not there.
    void setCells(std::vector<Cell> cells);
    /// A sentence in place of the cells; it goes on in a second line where it does not fit.
    void setHint(const QString& hint);
    /// `step 1,234 · loss 0.1234`, with whole names
    QString text() const;
    /// Which cells are seen, from the first.
    int cellsShown() const;

    QSize sizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    /// Where names and values stand.
    struct Place {
        QString label;
        QRect name, value;
    };
    std::vector<Place> places(bool isShort) const;
    void growRooms(const std::vector<Cell>& before);
    void arrange();
    bool isOneLine(const std::vector<Place>& places) const;
    Theme& m_theme;
    std::vector<Cell> m_cells;
    std::vector<Place> m_places;  ///< of those that are seen
    QString m_hint;
};

}  // namespace vitrine::gui

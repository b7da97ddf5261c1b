// SPDX-License-Identifier: GPL-3.0-or-later
// TapeTable: the table of the tape with its gutter, its columns that come and go, and its filter.
#pragma once

#include <QTableView>

#include <vector>

#include "gui/models/tape_filter.h"
#include "gui/models/tape_model.h"

namespace vitrine::gui {

class Theme;

/// Window thread. Entries are numbers of the tape, whatever the order or filter of the rows.
class TapeTable : public QTableView {
    Q_OBJECT
  public:
    TapeTable(TapeModel& model, Theme& theme, QWidget* parent = nullptr);

    void setFilter(const TapeFilter& filter);
    int entriesShown() const { return m_rows.entriesShown(); }
    /// Selected entries in the order of their rows.
    std::vector<int> selectedEntries() const;
    /// Selects without telling anybody, and brings the first into sight.
    void showSelected(const std::vector<int>& entries);
    void reveal(int entry);
    /// The same, with the columns that say which entry it is and that the run stands there.
    void revealArrow(int entry);
    /// Sideways only for the arrow keys: rows come into sight, the columns that somebody looks at
    /// stay.
    void scrollTo(const QModelIndex& index, ScrollHint hint) override;
    /// The entry that the keyboard is on, or −1.
    int entryAtCursor() const;
    /// Widths, order and visibility of columns.
    QByteArray columnState() const { return horizontalHeader()->saveState(); }
    void setColumnState(const QByteArray& state);

  Q_SIGNALS:
    /// By a person.
    void entryChosen(int entry);
    void entryOpened(int entry);
    void gutterClicked(int entry);

  protected:
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void selectionChanged(const QItemSelection& selected,
                          const QItemSelection& deselected) override;

  private:
    void buildHeader();
    void restyle();
    void foldAtCursor(bool on);
    void showColumnMenu(const QPoint& at);
    void fitColumns();
    void widenNumbers();
    int entryOf(const QModelIndex& index) const;
    QModelIndex indexOf(int entry) const;

    TapeModel& m_model;
    TapeFilterModel m_rows;
    bool m_hasTold = false;       ///< of the entry, since the mouse was pressed
    bool m_goesSideways = false;  ///< by a key
    bool m_isShowing = false;     ///< a selection of somebody else's
    bool m_hasWidths = false;     ///< of a first tape, or of a state that was kept
};

}  // namespace vitrine::gui

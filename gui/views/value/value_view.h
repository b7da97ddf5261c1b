// SPDX-License-Identifier: GPL-3.0-or-later
// The dock of the live value: picture, numbers, histogram and statistics of a tensor while the run
// stands still inside of a step.
#pragma once

#include <QWidget>

#include "gui/models/value_table.h"
#include "gui/views/view.h"

class QLabel;
class QPushButton;
class QTableView;
class QTabWidget;

namespace vitrine::gui {

class HistogramBars;
class StatisticsGrid;
class ValueChooser;
class ValuePicture;

/// Window thread. Shows the selected value; where none is selected, the result of the entry that
/// has just run. Asks nothing while it is hidden.
class ValueView : public QWidget {
    Q_OBJECT
  public:
    ValueView(const ViewContext& context, QWidget* parent);

  protected:
    void showEvent(QShowEvent* event) override;

  private:
    void buildHead();
    void buildBody();
    void buildNumbers();
    void listen();
    void choose();
    void ask();
    void showPhase();
    void showSnapshot(const ValueSnapshot& snapshot);
    void showName();
    void findNonFinite();
    void goOnSearching(const ValueSnapshot& snapshot);
    void reveal(const PicturePlace& place);
    bool isStopped() const;
    bool isInsideStep() const;

    ViewContext m_context;
    ValueTable m_numbers;
    ValueChooser* m_chooser = nullptr;
    QLabel *m_name = nullptr, *m_facts = nullptr, *m_note = nullptr, *m_pointer = nullptr;
    QLabel* m_empty = nullptr;
    QWidget *m_bad = nullptr, *m_body = nullptr;
    QLabel* m_badText = nullptr;
    QTabWidget* m_pages = nullptr;
    ValuePicture* m_picture = nullptr;
    QTableView* m_table = nullptr;
    HistogramBars* m_histogram = nullptr;
    StatisticsGrid* m_statistics = nullptr;
    bool m_hasSnapshot = false, m_isInMemory = false, m_isSearching = false;
};

}  // namespace vitrine::gui

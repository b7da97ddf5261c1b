// SPDX-License-Identifier: GPL-3.0-or-later
// The dock of the live value: picture, numbers, histogram and statistics of a tensor, while the run
// stands still, while it goes on, and of its last batch and weights when it is over.
#pragma once

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

#include <memory>

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

/// Window thread. Shows the selected value, or the result of the selected node; where nothing is
/// selected, the result of the entry that has just run. Asks nothing while it is hidden.
class ValueView : public QWidget {
    Q_OBJECT
  public:
    ValueView(const ViewContext& context, QWidget* parent);

  protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

  private:
    void buildHead();
    void buildBody();
    void buildNumbers();
    void listen();
    void startAnew();
    void forget();
    void choose();
    void ask();
    void take(const ValueSnapshot& snapshot);
    void show(std::shared_ptr<const ValueSnapshot> snapshot);
    void showName();
    void showState();
    void showNote();
    QString emptyText() const;
    void findNonFinite();
    void goOnSearching(const ValueSnapshot& snapshot);
    void reveal(const PicturePlace& place);
    bool isWanted(const ValueSnapshot& snapshot) const;
    bool isRunning() const;

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
    std::shared_ptr<const ValueSnapshot> m_seen = std::make_shared<const ValueSnapshot>();
    QString m_reason;  ///< of the newest answer
    bool m_isOld = false, m_isLive = false, m_isSearching = false;
    /// What is selected, on which tape.
    struct Occasion {
        const Tape* tape = nullptr;
        QString node;
        int entry = -1;
        ValueId value = noValue;
        bool operator==(const Occasion&) const = default;
    };
    Occasion m_occasion;
    QTimer m_late;          ///< until what belongs to another value is taken away
    QTimer m_askAgain;      ///< while the run goes on
    QElapsedTimer m_asked;  ///< since the question that waits for its answer
};

}  // namespace vitrine::gui

// SPDX-License-Identifier: GPL-3.0-or-later
// ResultsPage: what the network gives for the first test examples, beside what they are; any of
// the test set can be stepped through.
#pragma once

#include <QWidget>

#include "gui/models/results_model.h"

class QLabel;
class QSpinBox;
class QTableView;

namespace vitrine::gui {

class EmptyState;

/// Window thread. Knows no engine: it is told.
class ResultsPage : public QWidget {
    Q_OBJECT
  public:
    /// So many examples are tried.
    static constexpr int examples = 24;

    explicit ResultsPage(QWidget* parent = nullptr);
    ResultsModel& model() { return m_model; }
    void setExamples(std::shared_ptr<const Dataset> dataset, int count,
                     std::vector<TakenColumn> taken);
    void showAnswer(const Prediction& prediction);
    /// Why there is no answer.
    void showTrouble(const QString& message);
    /// Puts the keyboard where a test example is chosen.
    void chooseExample();

  Q_SIGNALS:
    /// Somebody wants to see how the answer to a test example comes about.
    void stepAskedFor(int64_t example);

  private:
    void buildTable();
    QWidget* buildBar();
    void fitCells();
    void askForSteps();

    ResultsModel m_model;
    QTableView* m_table;
    QLabel* m_note;
    QSpinBox* m_example = nullptr;
    EmptyState* m_empty = nullptr;
};

}  // namespace vitrine::gui

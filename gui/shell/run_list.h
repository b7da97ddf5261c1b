// SPDX-License-Identifier: GPL-3.0-or-later
// RunList: the runs of the project, to go on with one or to take its weights.
#pragma once

#include <QDialog>

#include <stop_token>
#include <vector>

#include "core/session/past_runs.h"
#include "gui/bridge/background.h"

class QDialogButtonBox;
class QLabel;
class QPushButton;
class QStandardItemModel;
class QTreeView;

namespace vitrine::gui {

/// A list with date, result and epochs, newest first; it is read on a thread of its own. Return or
/// a double click goes on with the chosen run.
class RunList : public QDialog {
    Q_OBJECT
  public:
    enum class Choice { None, GoOn, TakeWeights };

    /// `folders`: where runs lie; those of projects that have no file stand behind the project's.
    RunList(const QStringList& folders, QWidget* parent);
    ~RunList() override;

    Choice choice() const { return m_choice; }
    /// Where choice() is not None; of TakeWeights also a file that holds weights alone.
    QString folder() const { return m_folder; }

  private:
    void build();
    void fill();
    void addRow(const PastRun& run);
    const PastRun* current() const;
    void update();
    void choose(Choice choice);
    void chooseElsewhere();
    void chooseFile();

    using Runs = std::vector<PastRun>;
    Runs m_runs;
    QStandardItemModel* m_model;
    QTreeView* m_table;
    QLabel* m_note;
    QPushButton *m_goOn, *m_take;
    Choice m_choice = Choice::None;
    QString m_folder;
    std::stop_source m_stop;
    Background<Result<Runs>> m_reading;
};

/// `finished · 98.72 % of test`, `stopped`, `broke off`, `failed`, `is being trained`
QString resultText(const PastRun& run);

}  // namespace vitrine::gui

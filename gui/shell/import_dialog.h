// SPDX-License-Identifier: GPL-3.0-or-later
// ImportDialog: what was understood of a model of another program, before it is opened.
#pragma once

#include <QDialog>
#include <QPointer>
#include <QTimer>

#include "gui/models/problem_model.h"
#include "gui/shell/import_reading.h"

class QCheckBox;
class QLabel;
class QListView;
class QPushButton;
class QTreeWidget;

namespace vitrine::gui {

class TypedLine;

class FieldForm;
class Theme;
class WordedProgress;

/// Window thread. On the left the model's facts, its ends and what it leaves open, read again as
/// that changes; on the right what is refused and what is remarked on. The document stays as it is:
/// after Accepted, project() is the network, its weights in the model's file.
class ImportDialog : public QDialog {
    Q_OBJECT
  public:
    ImportDialog(Theme& theme, const QString& path, QWidget* parent);
    /// After Accepted.
    const Project& project() const { return m_reading.model()->value().project; }

  protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    QWidget* buildHead(const QString& path);
    QWidget* buildFacts();
    QWidget* buildFindings(const Theme& theme);
    QWidget* buildFoot();
    void buildExtents();
    Result<void> setExtent(const OpenExtent& extent, const QString& typed);
    void read();
    void openModel();
    void showState();
    void showReport(const ImportReport& report);
    void fitShapes();
    void offerLoss(const ImportReport& report);
    void showTrouble(const Error& error);
    void showProgress();

    ImportChoices m_choices;
    ImportReading m_reading;
    ProblemModel m_problems;
    QWidget* m_known = nullptr;  ///< what a model says of itself
    QLabel *m_title = nullptr, *m_facts = nullptr, *m_summary = nullptr, *m_noRemarks = nullptr;
    QTreeWidget* m_ends = nullptr;
    FieldForm* m_extents = nullptr;
    QListView* m_list = nullptr;
    QCheckBox* m_loss = nullptr;
    WordedProgress* m_progress = nullptr;
    QPushButton* m_open = nullptr;
    /// Was clicked while sizes that had just been typed were read.
    bool m_opensNext = false;
    /// A size that was typed and cannot be, since the last click on Open.
    QPointer<TypedLine> m_refused;
    QString m_reason;
    QTimer m_late;  ///< until the progress is worth showing
};

}  // namespace vitrine::gui

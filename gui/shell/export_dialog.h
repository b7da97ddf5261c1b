// SPDX-License-Identifier: GPL-3.0-or-later
// ExportDialog: the network becomes an ONNX model, plain C++ or a module of PyTorch, with what
// everybody who was asked makes of it.
#pragma once

#include <QDialog>

#include "gui/bridge/view_context.h"
#include "gui/models/export_table.h"
#include "gui/shell/export_work.h"

class QLabel;
class QLineEdit;
class QListView;
class QPushButton;
class QSettings;
class QTreeView;

namespace vitrine::gui {

class ExportForm;
class WordedProgress;

/// Window thread. Beside the window, which goes on: a node that is to blame can be looked at. On
/// the left what is decided, on the right the report; the document stays as it is.
class ExportDialog : public QDialog {
    Q_OBJECT
  public:
    ExportDialog(ExportKind kind, const ViewContext& context, QSettings& settings, QWidget* parent);

    ExportKind kind() const { return m_kind; }

    void reject() override;

  Q_SIGNALS:
    void message(const QString& text);

  private:
    QWidget* buildReport();
    QWidget* buildFile();
    QWidget* buildFoot();
    void connectWork();
    void chooseFile();
    void chooseFolder();
    bool mayReplace(const QString& place);
    bool agreesToReplace(const QString& name);
    void startExport();
    void followNetwork();
    void showPromise();
    void showState();
    void showReport(const ExportTold& told);
    void showTrouble(const Error& error);
    void showFindings(std::vector<Problem> problems);
    void showNode();
    QString currentNode() const;

    ExportKind m_kind;
    ViewContext m_context;
    ExportWork m_work;
    ExportTable m_table;
    ProblemModel m_problems;
    ExportForm* m_form = nullptr;
    QLineEdit* m_file = nullptr;
    QLabel *m_title = nullptr, *m_facts = nullptr;
    QTreeView* m_rows = nullptr;
    QListView* m_findings = nullptr;
    WordedProgress* m_progress = nullptr;
    QPushButton *m_export = nullptr, *m_stop = nullptr, *m_show = nullptr;
    bool m_isDrawnWrong = false;  ///< and that is what is shown
    QString m_agreed;             ///< a file that may be replaced
};

}  // namespace vitrine::gui

// SPDX-License-Identifier: GPL-3.0-or-later
// DataPreview: what was understood of a folder or file, before anybody uses it.
#pragma once

#include <QDialog>
#include <QTimer>

#include "core/session/network_fit.h"
#include "gui/bridge/view_context.h"
#include "gui/models/data_overview.h"
#include "gui/models/problem_model.h"
#include "gui/shell/data_reading.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QListView;
class QPushButton;

namespace vitrine::gui {

class FieldForm;
class WordedProgress;

/// Window thread. Fields on the left, read again as they change; on the right classes with counts
/// and pictures, and what stands out. The document stays as it is: after Accepted, project() has
/// the data settings that were asked for.
class DataPreview : public QDialog {
    Q_OBJECT
  public:
    /// `path` is what was pointed at, `found` what dataChoices gave for it.
    DataPreview(const ViewContext& context, const QString& path, std::vector<DataSettings> found,
                QWidget* parent);

    /// The document's with those settings, and the data as they are stored.
    const Project& project() const { return m_project; }
    const std::shared_ptr<const Dataset>& data() const { return m_reading.data(); }
    /// What the network needs besides; no edits where that was not wanted.
    NetworkFit fit() const;

  protected:
    void done(int result) override;
    void keyPressEvent(QKeyEvent* event) override;

  private:
    QWidget* buildHead(const QString& path);
    QWidget* buildFields();
    QWidget* buildFindings();
    QListView* buildOverview();
    QListView* buildRemarks();
    QWidget* buildFoot();
    void fillFormats();
    void chooseFormat();
    void rebuildForm();
    Result<void> setField(const std::string& id, const FieldValue& value);
    void read();
    void showState();
    void showFacts();
    void showRemarks();
    bool endsTraining(const Error& remark) const;
    bool canBeUsed() const;
    void showFit();
    void showProgress();

    ViewContext m_context;
    Project m_project;                  ///< the document's, with the settings that are looked at
    std::vector<DataSettings> m_found;  ///< for each format that may be chosen
    NetworkFit m_fitting;
    DataOverviewModel m_overview;
    ProblemModel m_remarks;

    QComboBox* m_formats = nullptr;
    FieldForm* m_form = nullptr;
    QLabel *m_only = nullptr, *m_summary = nullptr, *m_facts = nullptr, *m_legend = nullptr,
           *m_fitWords = nullptr;
    QListView *m_overviewList = nullptr, *m_remarkList = nullptr;
    QCheckBox* m_fit = nullptr;
    WordedProgress* m_progress = nullptr;
    QPushButton* m_use = nullptr;
    QTimer m_delay, m_tick;
    DataReading m_reading;
};

}  // namespace vitrine::gui

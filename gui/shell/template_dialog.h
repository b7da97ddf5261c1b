// SPDX-License-Identifier: GPL-3.0-or-later
// TemplateDialog: well-known networks to begin with, their fields, and what would come of them.
#pragma once

#include <QDialog>
#include <QTimer>

#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "core/session/new_project.h"
#include "core/session/project.h"
#include "gui/bridge/background.h"

class QCheckBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace vitrine::gui {

class FieldForm;
class Theme;

/// Data that are in use, which a new network can be made for.
struct PresentData {
    DataSettings settings;  ///< its folder is absolute
    std::vector<Column> columns;
    int64_t train = 0;                           ///< training examples; 0: not known
    std::shared_ptr<const Dataset> stored = {};  ///< to measure; null: nobody can
};

/// Window thread. A list with search, the fields of what is chosen there, and facts, which are
/// worked out on a thread of their own; mean and deviation of present images on another.
class TemplateDialog : public QDialog {
    Q_OBJECT
  public:
    /// Without `present` the data are those that are drawn, where some fit.
    TemplateDialog(Theme& theme, QWidget* parent, std::optional<PresentData> present = {});
    ~TemplateDialog() override;

    /// What was asked for, after Accepted.
    const Project& project() const { return *m_project; }

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    QWidget* buildList(Theme& theme);
    QWidget* buildNetwork();
    QWidget* buildFacts();
    void fillList();
    void choose();
    Result<void> setField(const std::string& id, const FieldValue& value);
    void resetFields();
    void update();
    void tellData();
    QString takePresentData();
    void measure();
    void isMeasured();
    QString normalisePresent(const Normalisation& drawn);
    void plan();
    void planIsThere();
    void tellFacts(const NetworkFacts& facts);

    QLineEdit* m_search = nullptr;
    QListWidget* m_list = nullptr;
    QLabel *m_title = nullptr, *m_summary = nullptr, *m_source = nullptr;
    FieldForm* m_form = nullptr;
    QLabel *m_facts = nullptr, *m_data = nullptr, *m_trouble = nullptr;
    QCheckBox* m_forPresent = nullptr;  ///< null: there are none
    QPushButton* m_create = nullptr;

    const std::optional<PresentData> m_present;

    const TemplateDescriptor* m_chosen = nullptr;
    Attrs m_fields;
    std::optional<Project> m_project;  ///< nothing: fields do not go together
    QTimer m_delay;
    Background<Result<NetworkFacts>> m_planning;
    bool m_isOutdated = false;                ///< what is being planned is not wanted any more
    std::optional<Normalisation> m_measured;  ///< of the present images
    std::stop_source m_stop;
    Background<Result<Normalisation>> m_measuring;
};

/// Those that match, best first: all words of the query stand in a name, the title, the summary or
/// other names.
std::vector<const TemplateDescriptor*> searchTemplates(const QString& query);

}  // namespace vitrine::gui

// SPDX-License-Identifier: GPL-3.0-or-later
// The settings of the project: training and data. Shown while no node is selected.
#pragma once

#include <QWidget>

#include <optional>
#include <vector>

#include "core/session/metric_options.h"
#include "gui/views/view.h"
#include "gui/widgets/field_form.h"

class QComboBox;
class QPushButton;

namespace vitrine {
struct TrainingSettings;
struct DataSettings;
}  // namespace vitrine

namespace vitrine::gui {

class DataForm;
class RefinementsForm;
class SchedulePreview;

class ProjectForm : public QWidget {
    Q_OBJECT
  public:
    ProjectForm(const ViewContext& context, QWidget* parent);
    /// Shows the present settings; builds anew where optimiser, schedule or format are others.
    void show();

  private:
    QPushButton* chooseButton();
    QComboBox* chooser(const char* name, const QString& label);
    /// A line for one number of the settings, with the range that it may have.
    template <class Settings, class Setting, class Value>
    QLineEdit* addNumber(FieldForm& form, const char* name, const QString& label,
                         const Setting& setting, Value& (*of)(Settings&));
    void buildTraining();
    void buildData();
    Result<void> setFolder(const QString& typed);
    void rebuildFields();
    Result<void> change(const QString& text, const std::function<void(TrainingSettings&)>& how);
    Result<void> change(const QString& text, const std::function<void(DataSettings&)>& how);
    void chooseOptimizer(const QString& id);
    void chooseSchedule(const QString& id);
    void chooseClipping(const QString& id);
    void chooseRecompute(const QString& id);
    void chooseFormat(const QString& id);
    QWidget* metricsButton();
    void toggleMetric(size_t option, bool on);
    void chooseMetrics(std::optional<std::vector<MetricChoice>> chosen);
    void showMetrics();

    ViewContext m_context;
    QString m_built;  ///< optimiser, schedule and format that the fields are of
    FieldForm *m_training, *m_optimizer, *m_schedule, *m_data, *m_format;
    QPushButton* m_metrics = nullptr;
    std::vector<MetricOption> m_options;  ///< of the menu that was opened last
    SchedulePreview* m_preview;
    RefinementsForm* m_refinements;
    DataForm* m_dataMore;
    QComboBox *m_optimizers, *m_schedules, *m_formats, *m_clippings, *m_recomputes;
    QLineEdit *m_epochs, *m_batch, *m_seed, *m_rate, *m_clip, *m_accumulate, *m_mean, *m_std,
        *m_folder;
};

}  // namespace vitrine::gui

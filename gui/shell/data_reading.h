// SPDX-License-Identifier: GPL-3.0-or-later
// DataReading: data that somebody thinks of taking, read and looked at while they decide.
#pragma once

#include <QObject>
#include <QTimer>

#include <atomic>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "core/session/data_survey.h"
#include "core/session/project.h"
#include "gui/bridge/background.h"
#include "gui/models/data_overview.h"

namespace vitrine::gui {

/// Window thread; the work is done on another one: the data are opened, then a quick look at them,
/// then one at every example. Whatever is asked for meanwhile takes the place of that.
class DataReading : public QObject {
    Q_OBJECT
  public:
    enum class Stage { Opening, Glancing, Searching, Done };

    explicit DataReading(int threads, QObject* parent = nullptr);
    ~DataReading() override;

    /// What the settings of the project say, as it is stored.
    void read(const Project& project);
    void stop();

    Stage stage() const { return m_stage; }
    double progress() const { return m_progress; }
    /// Null before they are open, and where they cannot be.
    const std::shared_ptr<const Dataset>& data() const { return m_data; }
    const std::optional<DataSurvey>& survey() const { return m_survey; }
    /// With pictures; taken once for each overviewChanged().
    std::vector<OverviewRow> takeRows() { return std::move(m_rows); }
    const std::optional<Error>& error() const { return m_error; }

  Q_SIGNALS:
    void changed();          ///< stage, data, survey or error
    void overviewChanged();  ///< there are rows

  private:
    struct Found {
        std::shared_ptr<const Dataset> data = {};
        std::optional<DataSurvey> survey = {};
        std::vector<OverviewRow> rows = {};
    };
    void begin(Stage stage);
    Result<Found> work(const Project& project, Stage stage, std::shared_ptr<const Dataset> data,
                       const std::stop_token& stop);
    void stepIsOver();

    const int m_threads;
    std::optional<Project> m_wanted;  ///< what takes the place of that which goes on
    Project m_project;
    Stage m_stage = Stage::Done;
    std::shared_ptr<const Dataset> m_data;
    std::optional<DataSurvey> m_survey;
    std::vector<OverviewRow> m_rows;
    std::optional<Error> m_error;
    std::stop_source m_stop;
    std::atomic<double> m_progress{0};
    Background<Result<Found>> m_work;  // last: it uses the others
};

}  // namespace vitrine::gui

// SPDX-License-Identifier: GPL-3.0-or-later
// Three pieces of work, one after the other.
#include "gui/shell/data_reading.h"

#include "core/session/live_run.h"
#include "gui/bridge/window_words.h"

namespace vitrine::gui {

DataReading::DataReading(int threads, QObject* parent) : QObject(parent), m_threads(threads) {
    connect(&m_work, &BackgroundWork::finished, this, &DataReading::stepIsOver);
}

DataReading::~DataReading() { stop(); }

void DataReading::stop() {
    m_wanted.reset();
    m_stop.request_stop();
    m_work.waitForFinished();
}

void DataReading::read(const Project& project) {
    m_error.reset();
    m_data.reset();
    m_survey.reset();
    m_rows.clear();
    m_stage = Stage::Opening;
    if (m_work.isRunning()) {
        m_wanted = project;
        m_stop.request_stop();
    } else {
        m_project = project;
        begin(Stage::Opening);
    }
    changed();
}

void DataReading::begin(Stage stage) {
    m_stage = stage;
    m_progress = 0;
    m_stop = {};
    m_work.run("reading the data",
               [this, project = m_project, stage, data = m_data, stop = m_stop.get_token()] {
                   return work(project, stage, data, stop);
               });
}

/// On the work's own thread.
Result<DataReading::Found> DataReading::work(const Project& project, Stage stage,
                                             std::shared_ptr<const Dataset> data,
                                             const std::stop_token& stop) {
    const auto tell = [this](double share) { m_progress = share; };
    if (stage == Stage::Opening) {
        DataRequest request;
        request.threads = m_threads;
        request.progress = tell;
        request.stop = stop;
        auto opened = openStoredData(project, std::move(request));
        if (!opened) return opened.error();
        return Found{.data = *opened};
    }
    const bool looksAtAll = stage == Stage::Searching;
    auto survey = surveyOf(
        *data, {.looksAtAll = looksAtAll, .threads = m_threads, .progress = tell, .stop = stop});
    if (!survey) return survey.error();
    Found found{.data = data, .survey = *std::move(survey)};
    if (!looksAtAll) found.rows = overviewOf(*data, *found.survey, stop);
    return found;
}

void DataReading::stepIsOver() {
    Result<Found> found = m_work.take();
    if (m_wanted) {
        m_project = *std::move(m_wanted);
        m_wanted.reset();
        return begin(Stage::Opening);
    }
    if (!found) {
        m_error = inWindowWords(found.error());
        m_stage = Stage::Done;
        return changed();
    }
    m_data = std::move(found->data);
    if (found->survey) m_survey = std::move(found->survey);
    const bool hasRows = m_stage == Stage::Glancing;
    if (hasRows) m_rows = std::move(found->rows);
    if (m_stage == Stage::Searching)
        m_stage = Stage::Done;
    else
        begin(m_stage == Stage::Opening ? Stage::Glancing : Stage::Searching);
    changed();
    if (hasRows) overviewChanged();
}

}  // namespace vitrine::gui

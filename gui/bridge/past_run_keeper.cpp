// SPDX-License-Identifier: GPL-3.0-or-later
// Reads on a thread of its own: logs may be long and checkpoints large.
#include "gui/bridge/past_run_keeper.h"

#include <algorithm>

namespace vitrine::gui {

PastRunKeeper::PastRunKeeper(QObject* parent) : QObject(parent) {
    connect(&m_reading, &BackgroundWork::finished, this, &PastRunKeeper::readingIsDone);
}

PastRunKeeper::~PastRunKeeper() { shutDown(); }

void PastRunKeeper::shutDown() {
    forget();
    m_reading.waitForFinished();
}

void PastRunKeeper::forget() {
    m_result.reset();
    m_next = nullptr;
    m_isDropped = true;
    m_stop.request_stop();
}

void PastRunKeeper::look(const QString& runsFolder, const QString& projectName,
                         const QString& title) {
    start([runs = runsFolder.toStdString(), name = projectName.toStdString(),
           title = title.toStdString()](std::stop_token stop) -> Read {
        for (const PastRun& run : pastRuns(runs, stop)) {
            if (stop.stop_requested()) break;
            if (!isRunOf(run, name, title) || run.steps == 0) continue;
            auto result = readPastRun(run.folder);
            if (result)
                return std::optional(
                    FileWeights{.result = std::move(*result), .summary = {}, .table = {}});
        }
        return std::optional<FileWeights>();
    });
}

void PastRunKeeper::read(const QString& folder) {
    start([folder = folder.toStdString()](std::stop_token) -> Read {
        auto result = readPastRun(folder);
        if (!result) return result.error();
        return std::optional(FileWeights{.result = std::move(*result), .summary = {}, .table = {}});
    });
}

void PastRunKeeper::readWeights(const QString& file, const Project& project) {
    start([file = file.toStdString(), project](std::stop_token) -> Read {
        auto result = readWeightsOfFile(file, project);
        if (!result) return result.error();
        return std::optional(std::move(*result));
    });
}

void PastRunKeeper::start(std::function<Read(std::stop_token)> work) {
    m_result.reset();
    if (m_reading.isRunning()) {
        m_isDropped = true;
        m_stop.request_stop();
        m_next = std::move(work);
        return;
    }
    m_next = nullptr;
    m_isDropped = false;
    m_stop = {};
    m_reading.run("reading the last run",
                  [work = std::move(work), stop = m_stop.get_token()] { return work(stop); });
}

void PastRunKeeper::readingIsDone() {
    Read read = m_reading.take();
    if (m_next) return start(std::exchange(m_next, nullptr));
    if (std::exchange(m_isDropped, false)) return;
    if (!read) {
        refused(read.error());
        return;
    }
    if (!*read) return;
    const FileWeights& given = **read;
    m_result = given.result;
    found();
    if (!given.summary.empty() && m_result)
        weightsFound(QString::fromStdString(given.result.run.folder),
                     QString::fromStdString(given.summary), QString::fromStdString(given.table));
}

}  // namespace vitrine::gui

// SPDX-License-Identifier: GPL-3.0-or-later
// PlotExport: pictures and numbers of plots become files in the background.
#pragma once

#include <QTimer>

#include <deque>
#include <functional>
#include <memory>

#include "core/base/file.h"
#include "gui/bridge/background.h"

class QMenu;

namespace vitrine::gui {

class RunCourse;
class StepPlot;

struct ExportJob {
    QString file;
    /// Window thread, again and again until it gives true. Each call takes a millisecond or two.
    std::function<bool()> prepare = {};
    /// On a thread of its own, after that; what it gives stands in the file only if all went well.
    std::function<Result<void>(AtomicFile&)> write = {};
};

/// Window thread. One job after another, in the order of their starts. A file is whole or as it
/// was before.
class PlotExport : public QObject {
    Q_OBJECT
  public:
    explicit PlotExport(QObject* parent = nullptr);
    /// Brings all that was started to its end; what fails then is told on standard error.
    ~PlotExport() override;

    void start(ExportJob job);
    bool isBusy() const { return !m_jobs.empty(); }

  Q_SIGNALS:
    void saved(const QString& file);
    void failed(const vitrine::Error& error);

  private:
    void goOn();
    void finish(const Result<void>& result);

    std::deque<ExportJob> m_jobs;  ///< the first one is going on
    QTimer m_turn;
    Background<Result<void>> m_work;
};

/// The plot as it is shown: SVG where the file's name says so, else PNG at twice the size.
ExportJob pictureJob(StepPlot& plot, const QString& file);
/// What the course holds now, as CSV: see CourseTable.
ExportJob tableJob(std::shared_ptr<const RunCourse> course, const QString& file);

/// Adds "Save picture as PNG…", "… SVG…" and "Save numbers as CSV…"; each asks for a file and
/// starts a job.
void addExportActions(QMenu& menu, StepPlot& plot, PlotExport& exports,
                      std::function<std::shared_ptr<const RunCourse>()> course);

}  // namespace vitrine::gui

// SPDX-License-Identifier: GPL-3.0-or-later
// ExportWork: networks, weights and measurements are written on another thread.
#pragma once

#include <QObject>

#include <memory>
#include <stop_token>
#include <string>
#include <variant>

#include "core/session/export_run.h"
#include "core/session/export_weights.h"
#include "core/session/project.h"
#include "gui/bridge/background.h"
#include "gui/models/export_told.h"

namespace vitrine::gui {

enum class ExportKind { Model, Cpp, Torch };

struct ExportWish {
    Project project;
    std::string path;
    /// Those of a run; null: those of a file that `choices` names, else those that the network
    /// starts with.
    std::shared_ptr<const Snapshot> states = {};
    /// monostate: the weights alone.
    std::variant<std::monostate, ExportChoices, CppExportOptions, TorchExportChoices> choices = {};
};

/// A run on disk as a table where `path` ends with `.csv`, else as TensorBoard's events in a
/// folder.
struct RunWish {
    std::string run, path;
};

/// Window thread. Whoever goes does not wait: what is being written is stopped, and leaves nothing.
class ExportWork : public QObject {
    Q_OBJECT
  public:
    explicit ExportWork(QObject* parent);
    ~ExportWork() override;

    /// Nothing is running.
    void start(ExportWish wish);
    void start(RunWish wish);
    /// done() comes all the same.
    void stop() { m_stop.request_stop(); }
    bool isRunning() const { return m_work->isRunning(); }

  Q_SIGNALS:
    void done(const vitrine::gui::ExportTold& told);
    void weightsDone(const vitrine::WeightsReport& report);
    void runDone(const vitrine::RunExport& report);
    void failed(const vitrine::Error& error);
    void stopped();

  private:
    using Outcome = std::variant<ExportTold, WeightsReport, RunExport>;
    static Result<Outcome> written(const ExportWish& wish, const std::stop_token& stop);
    void take();

    std::stop_source m_stop;
    Background<Result<Outcome>>* m_work;
};

}  // namespace vitrine::gui

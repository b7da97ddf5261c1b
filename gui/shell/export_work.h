// SPDX-License-Identifier: GPL-3.0-or-later
// ExportWork: networks and weights are written on another thread.
#pragma once

#include <QObject>

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <variant>

#include "core/session/export_model.h"
#include "core/session/export_weights.h"
#include "core/session/project.h"
#include "gui/bridge/background.h"

namespace vitrine::gui {

struct ExportWish {
    Project project;
    std::string path;
    /// Those of a run; null: those of a file that `choices` names, else those that the network
    /// starts with.
    std::shared_ptr<const Snapshot> states = {};
    /// None: the weights alone.
    std::optional<ExportChoices> choices = {};
};

/// Window thread. Whoever goes does not wait: what is being written is stopped, and leaves nothing.
class ExportWork : public QObject {
    Q_OBJECT
  public:
    explicit ExportWork(QObject* parent);
    ~ExportWork() override;

    /// Nothing is running.
    void start(ExportWish wish);
    /// done() comes all the same.
    void stop() { m_stop.request_stop(); }
    bool isRunning() const { return m_work->isRunning(); }

  Q_SIGNALS:
    void done(const vitrine::ExportReport& report);
    void weightsDone(const vitrine::WeightsReport& report);
    void failed(const vitrine::Error& error);
    void stopped();

  private:
    using Outcome = std::variant<ExportReport, WeightsReport>;
    static Result<Outcome> written(const ExportWish& wish);
    void take();

    std::stop_source m_stop;
    Background<Result<Outcome>>* m_work;
};

}  // namespace vitrine::gui

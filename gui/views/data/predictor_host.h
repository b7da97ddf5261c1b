// SPDX-License-Identifier: GPL-3.0-or-later
// PredictorHost: makes Predictors in the background and brings their answers as signals.
#pragma once

#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>

#include "core/session/predictor.h"
#include "gui/bridge/background.h"
#include "gui/bridge/prediction_stepper.h"

namespace vitrine::gui {

/// Window thread.
class PredictorHost : public QObject {
    Q_OBJECT
  public:
    explicit PredictorHost(QObject* parent = nullptr);

    /// From now on with this network, for `batch` examples at once. The old one answers until the
    /// new one is there.
    /// `data`: those that are asked about, if they are there.
    void setProject(const Project& project, int64_t batch = 1, const Dataset* data = nullptr);
    /// The network takes other images from now on: nobody answers until the next one is there.
    void forgetNetwork();
    void setStates(std::shared_ptr<const Snapshot> states);
    /// Asked again by itself when network or weights change.
    void ask(PredictionQuestion question);

  Q_SIGNALS:
    void answered(const vitrine::Prediction& prediction);
    /// The network cannot be run, or not on this image: why, and what to do.
    void failed(const QString& message);

  private:
    void make();
    void isMade();
    void askAgain();
    void poll();
    void fail(const Error& error);

    Background<Result<std::unique_ptr<Predictor>>> m_making;
    struct Wanted {
        Project project;
        int64_t batch = 1;
        std::vector<ColumnType> columns = {};
    };
    std::optional<Wanted> m_next;  ///< is to be made, or came while another was being made
    bool m_isUnwanted = false;     ///< what is being made is forgotten already
    std::unique_ptr<Predictor> m_predictor;
    std::shared_ptr<const Snapshot> m_states;
    PredictionQuestion m_question;
    uint64_t m_ticket = 0;  ///< of the newest question
    QTimer m_poll;
};

}  // namespace vitrine::gui

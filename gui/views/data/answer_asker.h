// SPDX-License-Identifier: GPL-3.0-or-later
// AnswerAsker: asks a network about all examples of a part, in the background.
#pragma once

#include <QObject>
#include <QTimer>

#include <atomic>
#include <deque>
#include <memory>
#include <stop_token>

#include "core/session/example_answers.h"
#include "gui/bridge/background.h"
#include "gui/models/sample_table.h"

namespace vitrine::gui {

/// Window thread.
class AnswerAsker : public QObject {
    Q_OBJECT
  public:
    struct Question {
        Project project;
        std::shared_ptr<const Dataset> stored;
        std::shared_ptr<const SampleTable> table;
        std::shared_ptr<const Snapshot> states;
        DataPart part = DataPart::Test;
    };
    explicit AnswerAsker(QObject* parent = nullptr);
    ~AnswerAsker() override;

    bool isAsking() const { return m_work.isRunning(); }
    /// After those that were asked before.
    void ask(Question question);
    /// All of it.
    void stop();

  Q_SIGNALS:
    /// Below 0: nothing is asked any more.
    void progressed(double share);
    /// `asked`: the table of the question.
    void answered(vitrine::gui::DataPart part, const vitrine::Predictions& predictions,
                  const std::shared_ptr<const vitrine::gui::SampleTable>& asked);
    void failed(const vitrine::Error& error);

  private:
    static Result<Predictions> answer(const Question& question, std::atomic<double>& share,
                                      std::stop_token stop);
    void next();
    void isDone();

    std::deque<Question> m_questions;
    DataPart m_part = DataPart::Test;
    std::shared_ptr<const SampleTable> m_table;
    Background<Result<Predictions>> m_work;
    std::stop_source m_stop;
    std::atomic<double> m_share{0};
    QTimer m_tell;
};

}  // namespace vitrine::gui

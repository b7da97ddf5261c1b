// SPDX-License-Identifier: GPL-3.0-or-later
// NumberAsker: asks a network for a column of numbers of the test examples, in the background.
#pragma once

#include <QObject>

#include <memory>
#include <stop_token>

#include "core/session/example_answers.h"
#include "gui/bridge/background.h"
#include "gui/views/data/scatter_page.h"

namespace vitrine::gui {

/// Window thread.
class NumberAsker : public QObject {
    Q_OBJECT
  public:
    /// So many examples show what there is to see.
    static constexpr int64_t mostExamples = 2000;

    explicit NumberAsker(QObject* parent = nullptr);
    ~NumberAsker() override;

    bool isAsking() const { return m_work.isRunning(); }
    /// `data`: as the network takes them. Nobody is being asked.
    void ask(const Project& project, std::shared_ptr<const Dataset> data,
             std::shared_ptr<const Snapshot> states, size_t column);
    void stop() { m_stop.request_stop(); }

  Q_SIGNALS:
    void answered(const vitrine::gui::NumberPairs& pairs);
    void failed(const vitrine::Error& error);
    /// After either, and where it was stopped.
    void ended();

  private:
    static Result<NumberPairs> answer(AnswerRequest request, size_t column);
    void isDone();

    Background<Result<NumberPairs>> m_work;
    std::stop_source m_stop;
};

}  // namespace vitrine::gui

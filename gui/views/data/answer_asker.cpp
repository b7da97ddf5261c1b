// SPDX-License-Identifier: GPL-3.0-or-later
// One part after the other.
#include "gui/views/data/answer_asker.h"

#include "core/session/live_run.h"

namespace vitrine::gui {

AnswerAsker::AnswerAsker(QObject* parent) : QObject(parent), m_work(this), m_tell(this) {
    constexpr int tellMs = 100;
    m_tell.setInterval(tellMs);
    connect(&m_tell, &QTimer::timeout, this, [this] { progressed(m_share); });
    connect(&m_work, &BackgroundWork::finished, this, &AnswerAsker::isDone);
}

AnswerAsker::~AnswerAsker() {
    m_stop.request_stop();
    m_work.waitForFinished();
}

void AnswerAsker::ask(Question question) {
    m_questions.push_back(std::move(question));
    if (!m_work.isRunning()) next();
}

void AnswerAsker::stop() {
    m_questions.clear();
    m_stop.request_stop();
}

/// Nothing is drawn at random for these questions, and nobody is left out.
Result<Predictions> AnswerAsker::answer(const Question& question, std::atomic<double>& share,
                                        std::stop_token stop) {
    Project project = question.project;
    project.data.changes.clear();
    project.data.trainingTransforms = project.data.evaluationTransforms;
    auto data = prepareData(*question.stored, project);
    if (!data) return data.error();
    const SampleTable& table = *question.table;
    std::vector<int32_t> labels;
    for (int64_t i = 0; i < table.countOf(question.part); ++i) {
        if (stop.stop_requested()) return stoppedError();
        labels.push_back(table.classOf(table.firstOf(question.part) + i));
    }
    AnswerRequest request{.project = std::move(project),
                          .data = *data,
                          .isTest = question.part == DataPart::Test,
                          .states = question.states,
                          .progress = [&share](double done) { share = done; },
                          .stop = stop};
    auto answers = classAnswers(request, labels);
    if (answers && question.states) answers->epoch = question.states->position.epoch;
    return answers;
}

void AnswerAsker::next() {
    if (m_questions.empty()) {
        m_tell.stop();
        return progressed(-1);
    }
    Question question = std::move(m_questions.front());
    m_questions.pop_front();
    m_part = question.part;
    m_table = question.table;
    m_stop = {};
    m_share = 0;
    m_work.run("asking the network",
               [this, question = std::move(question), stop = m_stop.get_token()] {
                   return answer(question, m_share, stop);
               });
    m_tell.start();
    progressed(0);
}

void AnswerAsker::isDone() {
    const Result<Predictions> answers = m_work.take();
    if (answers)
        answered(m_part, *answers, m_table);
    else if (answers.error().code != stoppedCode)
        failed(answers.error());
    next();
}

}  // namespace vitrine::gui

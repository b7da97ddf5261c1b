// SPDX-License-Identifier: GPL-3.0-or-later
// Making, asking and waiting without blocking.
#include "gui/views/data/predictor_host.h"

#include "core/session/data_facts.h"
#include "gui/bridge/window_words.h"

namespace vitrine::gui {

PredictorHost::PredictorHost(QObject* parent) : QObject(parent), m_making(this), m_poll(this) {
    constexpr int pollMilliseconds = 16;
    m_poll.setInterval(pollMilliseconds);
    connect(&m_poll, &QTimer::timeout, this, &PredictorHost::poll);
    connect(&m_making, &BackgroundWork::finished, this, &PredictorHost::isMade);
}

void PredictorHost::setProject(const Project& project, int64_t batch, const Dataset* data) {
    m_next = Wanted{project, batch};
    if (data) m_next->columns = columnTypes(data->columns);
    if (!m_making.isRunning()) make();
}

void PredictorHost::make() {
    m_making.run("trying the network out", [wanted = *std::exchange(m_next, std::nullopt)] {
        return Predictor::create(wanted.project, wanted.batch, wanted.columns);
    });
}

void PredictorHost::forgetNetwork() {
    m_next.reset();
    m_isUnwanted = m_making.isRunning();
    m_predictor.reset();
    m_poll.stop();
}

void PredictorHost::isMade() {
    const bool isUnwanted = std::exchange(m_isUnwanted, false);
    if (m_next) {
        make();
        return;
    }
    auto made = m_making.take();
    if (isUnwanted) return;
    if (!made) {
        m_predictor.reset();
        fail(made.error());
        return;
    }
    m_predictor = std::move(made).value();
    if (m_states) m_predictor->setStates(m_states);
    askAgain();
}

void PredictorHost::setStates(std::shared_ptr<const Snapshot> states) {
    m_states = std::move(states);
    if (!m_predictor || !m_states) return;
    m_predictor->setStates(m_states);
    askAgain();
}

void PredictorHost::ask(PredictionQuestion question) {
    m_question = std::move(question);
    askAgain();
}

void PredictorHost::askAgain() {
    if (!m_predictor || !m_question) return;
    auto values = m_question(m_predictor->inputs());
    if (!values) return fail(values.error());
    const Result<uint64_t> ticket = m_predictor->ask(std::move(values).value());
    if (!ticket) return fail(ticket.error());
    m_ticket = *ticket;
    m_poll.start();
}

void PredictorHost::poll() {
    const std::unique_ptr<Prediction> prediction = m_predictor->take();
    if (!prediction) return;
    if (prediction->ticket == m_ticket) m_poll.stop();
    if (prediction->error)
        fail(*prediction->error);
    else
        answered(*prediction);
}

void PredictorHost::fail(const Error& error) {
    m_poll.stop();
    const Error told = inWindowWords(error);
    QString sentence = sentenceOf(told);
    if (!told.next.empty()) sentence += QStringLiteral(". ") + QString::fromStdString(told.next);
    failed(sentence);
}

}  // namespace vitrine::gui

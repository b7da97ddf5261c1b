// SPDX-License-Identifier: GPL-3.0-or-later
// Making, asking and waiting without blocking.
#include "gui/views/data/predictor_host.h"

namespace vitrine::gui {

PredictorHost::PredictorHost(QObject* parent) : QObject(parent) {
    constexpr int pollMilliseconds = 16;
    m_poll.setInterval(pollMilliseconds);
    connect(&m_poll, &QTimer::timeout, this, &PredictorHost::poll);
    connect(&m_making, &BackgroundWork::finished, this, &PredictorHost::isMade);
}

void PredictorHost::setProject(const Project& project) {
    if (m_making.isRunning())
        m_next = project;
    else
        make(project);
}

void PredictorHost::make(const Project& project) {
    m_making.run("trying the network out", [project] { return Predictor::create(project); });
}

void PredictorHost::isMade() {
    if (m_next) {
        make(*std::exchange(m_next, std::nullopt));
        return;
    }
    auto made = m_making.take();
    if (!made) {
        m_predictor.reset();
        m_poll.stop();
        failed(QString::fromStdString(made.error().message));
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

void PredictorHost::ask(std::vector<float> pixels) {
    m_pixels = std::move(pixels);
    askAgain();
}

void PredictorHost::askAgain() {
    if (!m_predictor || m_pixels.empty()) return;
    m_ticket = m_predictor->ask(m_pixels);
    m_poll.start();
}

void PredictorHost::poll() {
    const std::unique_ptr<Prediction> prediction = m_predictor->take();
    if (!prediction) return;
    if (prediction->ticket == m_ticket) m_poll.stop();
    answered(*prediction);
}

}  // namespace vitrine::gui

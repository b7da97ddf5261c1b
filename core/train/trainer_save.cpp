// SPDX-License-Identifier: Apache-2.0
// Checkpoints and the run's end. Training stands still for the copy of the states; writing is the
// sink's work.
#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "core/train/trainer.h"

namespace vitrine {

namespace {

constexpr double epochEndEverySeconds = 5;

}  // namespace

void Trainer::checkpointWhereDue(double ended, bool isEpochEnd) {
    const double every = isEpochEnd
                             ? std::min(m_settings.checkpointEverySeconds, epochEndEverySeconds)
                             : m_settings.checkpointEverySeconds;
    if (ended - m_times.checkpoint >= every) checkpoint();
}

/// Where the last one is still being written, the next step tries again; where every step is to
/// have one, this step waits.
void Trainer::checkpoint() {
    const bool isWanted = m_settings.checkpointEverySeconds <= 0;
    Snapshot* buffer = isWanted ? waitForBuffer() : m_sink.checkpointBuffer();
    if (!buffer) return;
    fill(*buffer);
}

/// Between two steps: what stands here goes to the sink, and as the best where it waits for that.
void Trainer::fill(Snapshot& buffer) {
    copyStates(buffer);
    buffer.isBest = std::exchange(m_bestWaits, false);
    m_sink.checkpointFilled();
    m_savedStep = m_position.step;
    m_times.checkpoint = now();
}

/// The weights of the best epoch are saved before anything changes them. False where they could not
/// be: paused then, and tried again with Continue.
bool Trainer::saveBest() {
    if (!m_bestWaits) return true;
    if (Snapshot* buffer = waitForBuffer()) {
        fill(*buffer);
        return true;
    }
    static_cast<void>(pausesForTrouble());
    return false;
}

/// Null where there is trouble, or the trainer is to quit.
Snapshot* Trainer::waitForBuffer() {
    for (;;) {
        if (Snapshot* buffer = m_sink.checkpointBuffer()) return buffer;
        if (m_sink.isInTrouble() || m_quit.load(std::memory_order_relaxed)) return nullptr;
        std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
}

/// False where it could not be saved: paused then, so that it can be tried again.
bool Trainer::saveAll(RunEnd end) {
    if (!m_states.allFinite()) {  // somebody has edited one
        RunEvent event = eventNow(EventKind::NonFiniteState);
        if (const auto found = firstNonFiniteState(*presentTape(), m_model.memory())) {
            event.value = found->value;
            event.element = found->element;
        }
        fail(event);
        return false;
    }
    if (m_savedStep != m_position.step) {
        if (Snapshot* buffer = waitForBuffer()) fill(*buffer);
    }
    const Result<void> settled =
        m_savedStep == m_position.step ? m_sink.settle(end, m_quit) : m_sink.trouble();
    if (settled) return true;
    if (m_quit.load(std::memory_order_relaxed)) return false;
    pauseFor(settled.error());
    return false;
}

/// Between two steps. Going on is tried again with each Continue.
bool Trainer::pausesForTrouble() {
    if (m_stopAsked || !m_sink.isInTrouble()) return false;
    pauseFor(m_sink.trouble());
    return true;
}

void Trainer::pauseFor(Error trouble) {
    m_failure = std::move(trouble);
    m_failedSaves.fetch_add(1, std::memory_order_release);
    pauseAfter(EventKind::CheckpointFailed);
}

}  // namespace vitrine

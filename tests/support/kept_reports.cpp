// SPDX-License-Identifier: Apache-2.0
// Saving at once, on the trainer's thread.
#include "tests/support/kept_reports.h"

namespace vitrine::test {

void KeptReports::checkpointFilled() {
    if (!m_save) return;
    const Result<void> saved = m_save(m_snapshot);
    m_trouble.reset();
    if (!saved) {
        m_trouble = saved.error();
        return;
    }
    RunEvent event;
    event.kind = EventKind::CheckpointSaved;
    event.step = m_snapshot.position.step;
    add(event);
}

Result<void> KeptReports::settle(RunEnd, const std::atomic<bool>&) {
    if (!m_trouble) return {};
    tryAgain();
    return m_trouble ? Result<void>(*m_trouble) : Result<void>();
}

KeptReports& reportsOf(Trainer& trainer) { return static_cast<KeptReports&>(trainer.sink()); }

}  // namespace vitrine::test

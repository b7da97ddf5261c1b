// SPDX-License-Identifier: Apache-2.0
// RunFeed: every step and event of a run for one watcher, in order. Who takes none for a while
// misses nothing: what did not fit into the ring is read again from the log.
#pragma once

#include <deque>
#include <optional>

#include "core/session/run_writer.h"

namespace vitrine {

/// The watcher's thread. Nothing here waits.
class RunFeed {
  public:
    /// `writer` must outlive this.
    explicit RunFeed(RunWriter& writer) : m_writer(writer), m_at(writer.firstNews()) {}

    /// False where nothing is there yet. A record that was read again from the log has no
    /// secondsSinceStart.
    bool nextRecord(StepRecord& record);
    /// An event comes after the steps before it, but not before nextRecord has given them where
    /// those are many.
    bool nextEvent(RunEvent& event);

  private:
    bool pull();
    bool readAgain(int64_t end);
    void takeLine(std::string_view line);

    RunWriter& m_writer;
    int64_t m_at;  ///< in the log: what lies before it has been taken
    std::optional<News> m_held, m_heldEvent;
    std::deque<StepRecord> m_records;
    std::deque<RunEvent> m_epochs;
};

}  // namespace vitrine

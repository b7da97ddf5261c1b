// SPDX-License-Identifier: Apache-2.0
// A sink that keeps what a trainer reports in rings, for tests that look at it without a run
// folder.
#pragma once

#include <functional>

#include "core/probe/ring.h"
#include "core/train/trainer.h"

namespace vitrine::test {

class KeptReports : public RunSink {
  public:
    using Save = std::function<Result<void>(const Snapshot&)>;
    /// `save` is called on the trainer's thread; without one nothing is saved.
    explicit KeptReports(Save save = {}) : m_save(std::move(save)) {}

    bool nextRecord(StepRecord& record) { return m_records.pop(record); }
    bool nextEvent(RunEvent& event) { return m_events.pop(event); }
    int64_t droppedRecords() const { return m_records.dropped(); }

    /// What could not be saved is tried again, as a writer does by itself. The trainer is paused.
    void tryAgain() { checkpointFilled(); }

    void add(const StepRecord& record) override { m_records.push(record); }
    void add(const RunEvent& event) override { m_events.push(event); }
    void add(Error remark) override { m_remarks.push_back(std::move(remark)); }
    /// Once the trainer stands still.
    const std::vector<Error>& remarks() const { return m_remarks; }
    Snapshot* checkpointBuffer() override { return &m_snapshot; }
    void checkpointFilled() override;
    bool isInTrouble() const override { return m_trouble.has_value(); }
    Error trouble() const override { return *m_trouble; }
    Result<void> settle(RunEnd end, const std::atomic<bool>& quit) override;

  private:
    Save m_save;
    Snapshot m_snapshot;
    std::optional<Error> m_trouble;
    std::vector<Error> m_remarks;
    Ring<StepRecord> m_records{1 << 14};
    Ring<RunEvent> m_events{1 << 10};
};

/// That of a trainer which test::setUp made.
KeptReports& reportsOf(Trainer& trainer);

}  // namespace vitrine::test

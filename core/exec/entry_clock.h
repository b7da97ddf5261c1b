// SPDX-License-Identifier: Apache-2.0
// EntryClock: what entries of a tape take on a device, by marks in its queue. They are recorded
// with the launches between them: what the host takes to ask for these is not in the times.
#pragma once

#include <span>
#include <vector>

#include "core/device/device.h"
#include "core/exec/tape.h"

namespace vitrine {

class EntryClock {
  public:
    explicit EntryClock(Device& device) : m_device(device) {}

    /// Runs what was recorded of these entries; false where that is nothing yet.
    Result<bool> run(int first, int last);

    // A new recording of entries.
    Result<void> begin(int first, int last);
    /// What is launched next are these entries. Not while nothing is recorded: then it is nothing.
    Result<void> mark(int first, int end);
    /// What is launched next is no entry.
    Result<void> markRest() { return mark(0, 0); }
    /// Where it fails nothing but forget() is of use.
    Result<void> end();

    /// Forgets what ran before.
    void start();
    /// Seconds of the entries that have run since start(). Those of one launch share its time by
    /// the bytes that they move. Waits for them.
    Result<void> read(const Tape& tape, std::span<double> seconds);
    void forget();

  private:
    struct Lap {
        int first = 0, end = 0;  ///< entries; none: between launches of them
    };
    struct Recording {
        int first = 0, last = 0;
        int32_t firstMark = 0;
        std::vector<Lap> laps;  ///< from each mark to the next
        StreamGraph graph;
        bool hasRun = false;
    };
    static constexpr size_t mostRecordings = 4;

    static void share(const Tape& tape, const Lap& lap, double seconds, std::span<double> each);

    Device& m_device;
    std::vector<Recording> m_recordings;
    int32_t m_marks = 0;  ///< of all recordings
    bool m_isRecording = false;
};

}  // namespace vitrine

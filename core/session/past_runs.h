// SPDX-License-Identifier: Apache-2.0
// What runs on disk have come to: read only, for lists and for whoever opens their project again.
#pragma once

#include <limits>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/session/run_history.h"
#include "core/train/snapshot.h"

namespace vitrine {

/// How a run stands. `BrokenOff`: nothing says how it ended; it was killed, or its machine went
/// down.
enum class PastRunState { Running, Finished, Stopped, BrokenOff, Failed };

/// A run as a list shows it. What is not known is NaN or 0.
struct PastRun {
    std::string folder;   ///< as it was listed
    std::string project;  ///< name of the project that it was started from
    std::string graph;    ///< graphFingerprint of its network; empty in runs of version 1
    PastRunState state = PastRunState::BrokenOff;
    int64_t lastWrite = 0;  ///< seconds since 1970, of the log
    int64_t epochsWanted = 0, epochsDone = 0, steps = 0;
    std::string metric;  ///< the first that it measures on the test set, `accuracy`; may be empty
    double metricValue = std::numeric_limits<double>::quiet_NaN();  ///< after the last epoch
    double loss = std::numeric_limits<double>::quiet_NaN();         ///< of the last step
    bool hasCheckpoint = false;  ///< there is something to go on from
};

/// The runs that lie in a folder, newest first; what is no run is passed over, and so is everything
/// where there is no such folder. Reads the ends of logs: a millisecond for a run. Any thread.
std::vector<PastRun> pastRuns(const std::string& folder, const std::stop_token& stop = {});
/// One of them. Errors: G01 (no run there), P01, P03 (run.json damaged or newer).
Result<PastRun> pastRun(const std::string& folder);

/// Curves and weights of a run that nobody has opened.
struct PastResult {
    PastRun run;
    RunHistory history;
    std::shared_ptr<const Snapshot> states;  ///< newest good checkpoint; null where there is none
};
/// Takes no lock and writes nothing: somebody may be training it. Slow; any thread. Errors: those
/// of pastRun().
Result<PastResult> readPastRun(const std::string& folder);

/// Whether a run is of the project that is called `projectName` and whose file is `title`. The
/// window names folders after the file (`title-20261128-101500-123`), and that decides; others hold
/// runs of the project whose name they wrote down.
bool isRunOf(const PastRun& run, std::string_view projectName, std::string_view title);

}  // namespace vitrine

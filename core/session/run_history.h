// SPDX-License-Identifier: Apache-2.0
// What a run's log tells of the steps that it has made, for whoever goes on with it.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/probe/records.h"
#include "core/train/channels.h"

namespace vitrine {

struct RunHistory {
    std::vector<StepRecord> records;
    std::vector<RunEvent> epochs;  ///< of kind EpochDone
    ChannelNames names;            ///< of their numbers, as the last of them has it
};

/// From a run folder's log.jsonl. Lines that say something else, or cannot be read, are passed
/// over; a number that JSON cannot hold is NaN. Of a log over 32 MiB, pieces that lie evenly over
/// it are read: a curve of all of the run in less detail. Errors: G01, G02, G08.
Result<RunHistory> readRunHistory(const std::string& folder);

}  // namespace vitrine

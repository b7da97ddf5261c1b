// SPDX-License-Identifier: Apache-2.0
// A batch for which memory has room, as an Error of memory names it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/result.h"

namespace vitrine {

/// Batches of `batch`, of which `accumulate` together give the updates that were asked for.
struct FittingBatch {
    int64_t batch = 1, accumulate = 1;
    bool operator==(const FittingBatch&) const = default;
};

/// The largest that takes no more than `most` examples at once and divides `batch`; `accumulate`:
/// batches that were added up before.
FittingBatch batchOfAtMost(int64_t most, int64_t batch, int64_t accumulate);

/// What Place::field says of it: the settings that would have room, `batch=16 accumulate=4`.
std::string fieldOf(const FittingBatch& fitting);
/// Nothing where the Error names none.
std::optional<FittingBatch> fittingBatchOf(const Error& error);

}  // namespace vitrine

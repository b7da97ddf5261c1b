// SPDX-License-Identifier: Apache-2.0
// The batch as N in sentences that were written with a number in its place.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vitrine {

/// A sentence, and the batch that it was written for.
struct BatchText {
    std::string_view text;
    int64_t batch = 0;
};

/// The same sentence twice, for two batches that differ: its first form with N (or `16·N`) for each
/// number that grew with the batch. `a.text` unchanged where the two differ in more than such
/// numbers.
std::string withBatchAsN(const BatchText& a, const BatchText& b);

}  // namespace vitrine

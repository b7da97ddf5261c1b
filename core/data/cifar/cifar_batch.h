// SPDX-License-Identifier: Apache-2.0
// One file of CIFAR: pictures and labels, in the binary version and in Python's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace vitrine {

inline constexpr size_t cifarImageBytes = size_t{3} * 32 * 32;

/// What a set's labels are.
struct CifarLabels {
    bool isHundred = false, isCoarse = false;
    int64_t classes() const { return !isHundred ? 10 : isCoarse ? 20 : 100; }
};

struct CifarBatch {
    std::vector<std::byte> pixels;  ///< 3×32×32 of each
    std::vector<int32_t> labels;
};

/// Adds what a file holds. Errors: "F01" (size), "F02" (label), and of pickles those of readPickle
/// and "F01" where what they hold is no batch.
Result<void> addBinaryBatch(std::string_view title, std::span<const std::byte> bytes,
                            const CifarLabels& labels, CifarBatch& batch);
Result<void> addPythonBatch(std::string_view title, std::span<const std::byte> bytes,
                            const CifarLabels& labels, CifarBatch& batch);

/// Names of the classes in a file of them; empty where they are not as many as there are classes.
std::vector<std::string> cifarNames(std::span<const std::byte> bytes, bool isPython,
                                    const CifarLabels& labels);

}  // namespace vitrine

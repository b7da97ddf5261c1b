// SPDX-License-Identifier: Apache-2.0
// Outputs that stand for classes: whether they do, and what their rows are.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/graph/roles.h"
#include "core/graph/trained_part.h"

namespace vitrine {

enum class RowKind : uint8_t {
    Logits,         ///< a loss takes them as such
    Probabilities,  ///< a softmax makes them
    Unknown         ///< nothing says what they are
};

struct ClassRows {
    bool areClasses = false;
    RowKind kind = RowKind::Unknown;
    std::string column = {};  ///< of the data: where a loss compares them with class numbers
};

/// Is an output of [N, classes] compared with class numbers, or in a network without losses, could
/// it be? What a sigmoid makes of each number for itself is none.
ClassRows classRows(const TrainedPart& part, const Roles& roles, const Source& output);

/// Numbers from 0 to 1 that add up to 1, as well as half precision does it.
bool addUpToOne(std::span<const double> row);

/// What softmax makes probabilities of. Probabilities come back as they are, and so do unknown
/// numbers that add up to 1.
std::vector<double> logitsOf(std::span<const double> row, RowKind kind);
std::vector<double> logitsOf(std::span<const float> row, RowKind kind);

}  // namespace vitrine

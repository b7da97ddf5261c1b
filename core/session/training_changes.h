// SPDX-License-Identifier: Apache-2.0
// What a command says about training in another way than the project: as text, so that a wrong
// value is answered with what would be right.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/io/project.h"

namespace vitrine {

struct TrainingChanges {
    std::optional<std::string> optimizer = {}, schedule = {};  ///< `adam beta1=0.8`
    std::vector<std::string> extras = {};  ///< instead of the project's; `none`: none
    std::optional<std::string> clipBy = {}, clipNorm = {}, accumulate = {}, patience = {},
                               watch = {};
    std::optional<std::string> recompute = {}, budget = {};  ///< a budget asks for itself
    bool keepsBest = false;
};

/// Errors: "P11" with the value and what it may be.
Result<void> apply(const TrainingChanges& changes, TrainingSettings& training);

}  // namespace vitrine

// SPDX-License-Identifier: Apache-2.0
// What somebody wants of a file of weights.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>

namespace vitrine {

/// Channels, height and width that a layer of rows sees as one row.
using FlattenedExtents = std::array<int64_t, 3>;

/// Parameters of a model of another program, by their ids, as its file calls them.
using ModelNames = std::map<std::string, std::string, std::less<>>;

struct WeightWishes {
    std::string rules = {};     ///< a file of rules (weight_rules.h); empty: none
    bool onlyWhatFits = false;  ///< what has no counterpart stays as it is, instead of an Error
    /// Of weights behind a flattening, by name (weights_project.h): programs that have channels
    /// last flatten in another order.
    std::map<std::string, FlattenedExtents, std::less<>> flattened = {};
    ModelNames modelNames = {};
};

}  // namespace vitrine

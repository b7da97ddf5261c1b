// SPDX-License-Identifier: Apache-2.0
// What people change of single examples: another class, or out of the set. Their files stay as they
// are.
#pragma once

#include <span>
#include <string>

namespace vitrine {

struct Dataset;

/// Of one example.
struct DataChange {
    std::string example;      ///< exampleName
    std::string label = {};   ///< the name of another class; empty: the data's own
    bool isExcluded = false;  ///< it is in no part
    bool operator==(const DataChange&) const = default;
};

/// The data with these changes; values are shared with `raw`. Changes that name no example or no
/// class are told in its remarks ("U27") and do nothing.
Dataset changed(const Dataset& raw, std::span<const DataChange> changes);

}  // namespace vitrine

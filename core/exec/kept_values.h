// SPDX-License-Identifier: Apache-2.0
// What the forward phase of a step leaves for the backward phase, and what of it could be made
// again.
#pragma once

#include <string>
#include <vector>

#include "core/exec/layout_pass.h"

namespace vitrine {

/// Facts of a typed program. A *root* is a value that has memory of its own: not a view.
struct KeptValues {
    size_t border = 0;             ///< the first instruction of the backward phase
    std::vector<ValueId> root;     ///< by value
    std::vector<char> isKept;      ///< by root: made before the border, read behind it
    std::vector<char> mayBeAgain;  ///< by root: its instruction can run once more behind the border
    std::vector<char> isCheap;     ///< by root: so can it, for next to nothing
    std::vector<int64_t> bytes;    ///< by value
    std::vector<double> seconds;   ///< by instruction
    std::vector<int64_t> workspace;  ///< by instruction

    ValueId rootOf(ValueId v) const { return root[static_cast<size_t>(v)]; }
    bool has(const std::vector<char>& flags, ValueId v) const {
        return flags[static_cast<size_t>(v)] != 0;
    }
    double stepSeconds() const;
};

/// `pinned`: names of values that stay anyway.
KeptValues keptValues(const TypedProgram& typed, const std::vector<std::string>& pinned);

}  // namespace vitrine

// SPDX-License-Identifier: Apache-2.0
// Where parts of a kernel end with an image, or with a plane: there its first phase can wait for
// what another kernel makes of those behind.
#pragma once

#include <optional>
#include <vector>

#include "kernels/api/problem.h"

namespace vitrine::kernels {

/// A kernel whose first phase reads and writes images group by group, all operands that lie in
/// `layout` alike: groups of 16 images in lanes, single ones in blocks. Later phases touch none.
struct ImageCuts {
    Layout layout = Layout::RowMajor;
    int64_t groups = 0;
    /// Of each group. More than one: it goes plane by plane even, so that a plane is made of those
    /// with its number alone.
    int64_t planes = 1;
    bool givesImages = false;  ///< its first result, group by group; others come at the end
    /// Parts before each plane, counted over all groups; −1 where one lies on both sides.
    std::vector<int64_t> before;

    /// Parts before a place that comes after `at` of all groups · `planesOfGroup` planes, which is
    /// 1 or its own number.
    int64_t partsBefore(int64_t at, int64_t planesOfGroup) const {
        return before[static_cast<size_t>(at * (planes / planesOfGroup))];
    }
};

/// Nothing where nobody can say. `kernel` is bound to the call.
std::optional<ImageCuts> imageCuts(const Call& call, const Kernel& kernel);

}  // namespace vitrine::kernels

// SPDX-License-Identifier: Apache-2.0
// Where parts of a kernel end with an image: there its first phase can wait for what another
// kernel makes of the images behind.
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
    bool givesImages = false;     ///< its first result, group by group; others come at the end
    std::vector<int64_t> before;  ///< parts before each group; −1 where one lies on both sides
};

/// Nothing where nobody can say. `kernel` is bound to the call.
std::optional<ImageCuts> imageCuts(const Call& call, const Kernel& kernel);

}  // namespace vitrine::kernels

// SPDX-License-Identifier: Apache-2.0
// Images as poolings take them here.
#pragma once

#include <vector>

#include "core/onnx/windows.h"

namespace vitrine::onnx {

/// Images without axes of extent 1 that a window of one tap lies on: what some exporters put there,
/// so that a pooling has four axes.
struct ThinImages {
    Value x;
    Windows windows;
    std::vector<int> left = {};  ///< axes of the node's input that x has

    /// A result with those axes again.
    Value back(Context& c, const Value& y) const;
};
ThinImages withoutThinAxes(Context& c, const Windows& windows);

/// Every window has a pixel in it, and padding no larger than a kernel.
bool arePlain(const Windows& windows, bool roundsUp);

/// The axes of input 0 behind its channels; refused where there are none.
std::vector<int64_t> spatialAxes(const Context& c);

}  // namespace vitrine::onnx

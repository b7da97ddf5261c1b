// SPDX-License-Identifier: Apache-2.0
// Images as convolutions and poolings take them here.
#pragma once

#include <vector>

#include "core/onnx/windows.h"

namespace vitrine::onnx {

/// Images of one to three axes in place of more: axes on which windows of one tap lie, one at each
/// place, are put into the batch. Exporters slide windows over batch and channels too, with axes of
/// extent 1 in front.
struct ThinImages {
    Value x;
    Windows windows;
    std::vector<int> order = {};  ///< of the input's axes: batch, those that went into it, the rest
    size_t batchAxes = 1;         ///< how many of them are the batch of x

    /// A result with the axes as they were.
    Value back(Context& c, const Value& y) const;
};
ThinImages withoutThinAxes(Context& c, const Windows& windows);

/// Every window has a pixel in it, and padding no larger than a kernel.
bool arePlain(const Windows& windows, bool roundsUp);

/// The axes of input 0 behind its channels; refused where there are none.
std::vector<int64_t> spatialAxes(const Context& c);

}  // namespace vitrine::onnx

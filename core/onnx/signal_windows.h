// SPDX-License-Identifier: Apache-2.0
// Windows of signals: sums of cosines, as long as a constant says.
#pragma once

#include <array>

#include "core/onnx/context.h"

namespace vitrine::onnx {

/// a₀ + a₁ cos x + a₂ cos 2x, for one turn of x; without `periodic` the last one is like the first.
void readWindow(Context& c, const std::array<double, 3>& a);

}  // namespace vitrine::onnx

// SPDX-License-Identifier: Apache-2.0
// Weights of a file that are not numbers.
#pragma once

#include <string>
#include <vector>

#include "core/onnx/draft.h"

namespace vitrine::onnx {

/// `weight 'conv1.weight' holds 3 NaN`, of each that does.
std::vector<std::string> brokenWeights(const Draft& draft);

}  // namespace vitrine::onnx

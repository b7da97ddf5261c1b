// SPDX-License-Identifier: Apache-2.0
// Tensors inside the graphs and functions of a model, by names under which they are found again.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/onnx/model.h"

namespace vitrine::onnx {

/// Initializers of graphs inside, and what Constant nodes give there and in functions, in the order
/// of the file. Names of two graphs may be the same, so each tells its place too: `w#3` is the
/// third of all.
std::vector<std::pair<std::string, const Tensor*>> nestedTensors(const Model& model);

}  // namespace vitrine::onnx

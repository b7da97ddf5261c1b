// SPDX-License-Identifier: Apache-2.0
// Arrays beside what a model's file says of its inputs, before its nodes are read for them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/data/arrays/npy_writer.h"
#include "core/onnx/model.h"

namespace vitrine {

/// The input that an array is for: the one of its name, the only one where it has none; else null.
const onnx::ValueInfo* inputFor(std::span<const onnx::ValueInfo* const> inputs,
                                const std::string& name);

/// Whether the shapes of an array fit the file, whatever its numbers are. Extents that are open,
/// and a first one of 1, take any number. Errors: "P13", with both shapes or both types.
Result<void> checkDeclared(const onnx::ValueInfo& input, const TensorData& array);

/// Arrays that fix the shapes of a model, in the types that it takes. Left out are those whose
/// batch is left open: bytes of pixels, which become numbers first, and batches of 0. Errors: those
/// of checkDeclared.
Result<std::vector<NamedTensor>> shapeArrays(std::span<const onnx::ValueInfo* const> inputs,
                                             std::span<const NamedTensor> arrays);

}  // namespace vitrine

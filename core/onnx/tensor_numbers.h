// SPDX-License-Identifier: Apache-2.0
// The numbers of a tensor of an ONNX file, in place where they lie as this program wants them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/mapped_file.h"
#include "core/onnx/external_files.h"
#include "core/onnx/value.h"

namespace vitrine::onnx {

/// Of any type that is stored here. Raw and external ones are views of the file; others are made.
/// `owner`: keeps the model's bytes. Errors, each with the tensor's name: "O05" (text, complex
/// numbers, 6 bits, segments), "O11" (raw and typed numbers, or other bytes than its shape wants),
/// "O12" (extents), and those of ExternalFiles.
Result<Numbers> numbersOf(const Tensor& tensor, ExternalFiles& files,
                          const std::shared_ptr<const void>& owner);
/// How many bytes that makes besides the file's own, some only in passing.
int64_t madeBytes(const Tensor& tensor);
int64_t madeBytes(const SparseTensor& tensor);
/// Values and places: everything else is 0. Errors: the same, "O12".
Result<Numbers> numbersOf(const SparseTensor& tensor, ExternalFiles& files,
                          const std::shared_ptr<const void>& owner);

/// What a network keeps numbers as that no parameter has the type of: F32 for floats, whole numbers
/// as I32 or I64, which hold them.
DType keptType(DType type);
/// Numbers as another type; U64 as I64 of the same bits.
Numbers converted(const TensorData& from, DType type);

}  // namespace vitrine::onnx

// SPDX-License-Identifier: Apache-2.0
// Numbers of an ONNX model by the names that its weights have there.
#pragma once

#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/tensor/tensor_data.h"

namespace vitrine {

/// A model that is opened for its numbers alone. They are views of the file, which stays mapped.
class ModelNumbers {
  public:
    /// Errors: those of onnx::readModel.
    static Result<ModelNumbers> open(const std::string& path);

    /// An initializer, or what a Constant node gives, or one of those inside graphs and functions
    /// by its name of onnx::nestedTensors; 16-bit floats as F32. Errors: "C02" (no such
    /// one), those of onnx::numbersOf.
    Result<std::shared_ptr<const TensorData>> find(const std::string& name);

  private:
    struct Parts;
    explicit ModelNumbers(std::shared_ptr<Parts> parts) : m_parts(std::move(parts)) {}
    std::shared_ptr<Parts> m_parts;
};

}  // namespace vitrine

// SPDX-License-Identifier: Apache-2.0
// TensorData: numbers that lie in nobody's arena, such as those that a document gives a parameter.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "core/tensor/shape.h"
#include "kernels/api/dtype.h"

namespace vitrine {

/// Row-major elements. Plain to copy: the bytes are shared and never change.
struct TensorData {
    DType dtype = DType::F32;
    Shape shape;
    std::span<const std::byte> bytes;
    std::shared_ptr<const void> owner;  ///< keeps the bytes

    static std::shared_ptr<const TensorData> of(DType dtype, const Shape& shape,
                                                std::vector<std::byte> bytes) {
        auto kept = std::make_shared<const std::vector<std::byte>>(std::move(bytes));
        return std::make_shared<const TensorData>(TensorData{dtype, shape, *kept, kept});
    }
};

}  // namespace vitrine

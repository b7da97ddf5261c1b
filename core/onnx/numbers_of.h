// SPDX-License-Identifier: Apache-2.0
// Constants that rules compute themselves.
#pragma once

#include <cstddef>
#include <vector>

#include "core/onnx/context.h"
#include "core/tensor/element.h"

namespace vitrine::onnx {

/// Numbers as a constant of a shape with as many elements.
inline Value constantOf(const Context& c, DType type, const Shape& shape,
                        const std::vector<double>& numbers) {
    std::vector<std::byte> bytes(static_cast<size_t>(bytesOf(type, shape.elements())));
    for (size_t i = 0; i < numbers.size(); ++i)
        writeElement(bytes.data(), type, static_cast<int64_t>(i), numbers[i]);
    return c.fixed(TensorData::of(type, shape, std::move(bytes)));
}

/// The same of places along an axis.
inline Value placesOf(const Context& c, const Shape& shape, const std::vector<int64_t>& places) {
    const auto bytes = std::as_bytes(std::span(places));
    return c.fixed(TensorData::of(DType::I64, shape, {bytes.begin(), bytes.end()}));
}

}  // namespace vitrine::onnx

// SPDX-License-Identifier: Apache-2.0
// Tensors that no machine here holds are refused before anything of them is made.
#pragma once

#include <fmt/format.h>

#include "core/onnx/context.h"

namespace vitrine::onnx {

/// What one tensor may take, and what a graph with such a one is refused for.
inline constexpr int64_t mostTensorBytes = int64_t{1} << 36;

inline bool isTooLarge(const Shape& shape, DType type) {
    const int64_t elements = checkedElements(shape.dims());
    return elements < 0 || elements > mostTensorBytes / sizeOf(type);
}

inline void checkMemory(const Context& c, const Shape& shape, DType type) {
    if (!isTooLarge(shape, type)) return;
    double bytes = static_cast<double>(sizeOf(type));
    for (int64_t extent : shape.dims()) bytes *= static_cast<double>(extent);
    c.refuse(fmt::format("{} would need {:.3g} GB", shape.text(), bytes / 1e9), "O20");
}

}  // namespace vitrine::onnx

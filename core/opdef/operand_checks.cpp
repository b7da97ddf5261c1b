// SPDX-License-Identifier: Apache-2.0
// The sentences of the shared operand checks.
#include "core/opdef/operand_checks.h"

#include <fmt/format.h>

#include "core/opdef/descriptor.h"

namespace vitrine {

Result<void> needFloat(std::string_view port, const ValueShape& type) {
    if (isFloat(type.dtype)) return {};
    return shapeError(
        fmt::format("{} needs floating-point numbers, got {}", port, name(type.dtype)));
}

Result<void> needAlike(std::string_view operands, const ValueShape& a, const ValueShape& b) {
    if (a.shape != b.shape)
        return shapeError(fmt::format("{} need one shape, got {} and {}", operands, a.shape.text(),
                                      b.shape.text()));
    if (a.dtype != b.dtype)
        return shapeError(fmt::format("{} need one element type, got {} and {}", operands,
                                      name(a.dtype), name(b.dtype)));
    return {};
}

Result<void> needScalar(std::string_view port, const ValueShape& type) {
    VITRINE_TRY(needFloat(port, type));
    if (type.shape.elements() == 1) return {};
    return shapeError(fmt::format("{} needs one element, got {}", port, type.shape.text()));
}

Result<void> needImage(std::string_view port, const ValueShape& type) {
    VITRINE_TRY(needFloat(port, type));
    if (type.shape.rank() == 2 || type.shape.rank() == 4) return {};
    return shapeError(
        fmt::format("{} needs shape [N, C] or [N, C, H, W], got {}", port, type.shape.text()));
}

Result<void> needMatrix(std::string_view port, const ValueShape& type) {
    VITRINE_TRY(needFloat(port, type));
    if (type.shape.rank() == 2) return {};
    return shapeError(fmt::format("{} needs shape [N, C], got {}", port, type.shape.text()));
}

Result<void> needVector(std::string_view port, const ValueShape& type, int64_t length) {
    VITRINE_TRY(needFloat(port, type));
    if (type.shape == Shape{length}) return {};
    return shapeError(fmt::format("{} needs shape [{}], got {}", port, length, type.shape.text()));
}

Result<void> needLabels(std::string_view port, const ValueShape& type, int64_t length) {
    if (type == ValueShape{{length}, DType::I32}) return {};
    return shapeError(fmt::format("{} needs i32 [{}], got {} {}", port, length, name(type.dtype),
                                  type.shape.text()));
}

}  // namespace vitrine

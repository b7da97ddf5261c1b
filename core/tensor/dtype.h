// SPDX-License-Identifier: Apache-2.0
// Element types of tensors.
#pragma once

#include <cstdint>
#include <string_view>

namespace vitrine {

enum class DType : uint8_t { F16, BF16, F32, F64, I32, I64, Bool };
inline constexpr DType allDTypes[] = {DType::F16, DType::BF16, DType::F32, DType::F64,
                                      DType::I32, DType::I64,  DType::Bool};

constexpr int64_t sizeOf(DType type) {
    switch (type) {
        case DType::F16:
        case DType::BF16:
            return 2;
        case DType::F32:
        case DType::I32:
            return 4;
        case DType::F64:
        case DType::I64:
            return 8;
        case DType::Bool:
            return 1;
    }
    return 0;
}

constexpr bool isFloat(DType type) { return type <= DType::F64; }

constexpr std::string_view name(DType type) {
    switch (type) {
        case DType::F16:
            return "f16";
        case DType::BF16:
            return "bf16";
        case DType::F32:
            return "f32";
        case DType::F64:
            return "f64";
        case DType::I32:
            return "i32";
        case DType::I64:
            return "i64";
        case DType::Bool:
            return "bool";
    }
    return "?";
}

}  // namespace vitrine

// SPDX-License-Identifier: Apache-2.0
// From the name of an element type to the type, for kernels that are written once for many.
#pragma once

#include <cstdint>
#include <type_traits>

#include "kernels/api/dtype.h"

namespace vitrine::kernels::cpu {

/// `make(T{})` with the C++ type of whole numbers; a value-initialised result for other types.
template <class Make>
constexpr auto forWhole(DType type, Make make) -> decltype(make(int8_t{})) {
    switch (type) {
        case DType::I8:
            return make(int8_t{});
        case DType::I16:
            return make(int16_t{});
        case DType::I32:
            return make(int32_t{});
        case DType::I64:
            return make(int64_t{});
        case DType::U8:
            return make(uint8_t{});
        case DType::U16:
            return make(uint16_t{});
        case DType::U32:
            return make(uint32_t{});
        case DType::U64:
            return make(uint64_t{});
        default:
            return {};
    }
}

/// The same with float and double too.
template <class Make>
constexpr auto forRealOrWhole(DType type, Make make) -> decltype(make(int8_t{})) {
    if (type == DType::F32) return make(float{});
    if (type == DType::F64) return make(double{});
    return forWhole(type, make);
}

/// What only moves elements: a type as wide as them.
template <class Make>
constexpr auto forWidth(DType type, Make make) -> decltype(make(uint8_t{})) {
    if (isPacked(type)) return {};
    switch (sizeOf(type)) {
        case 1:
            return make(uint8_t{});
        case 2:
            return make(uint16_t{});
        case 4:
            return make(uint32_t{});
        default:
            return make(uint64_t{});
    }
}

/// What sums of T are taken in: double, or 64 bits whose low ones are those of the sum.
template <class T>
using SumOf = std::conditional_t<std::is_floating_point_v<T>, double, uint64_t>;

}  // namespace vitrine::kernels::cpu

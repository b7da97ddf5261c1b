// SPDX-License-Identifier: Apache-2.0
// Elements of types that are known at run time alone, for kernels whose work is finding elements
// and not computing with them: one kernel for all types.
#pragma once

#include <cstdint>

#include "kernels/api/both.h"
#include "kernels/api/dtype.h"

namespace vitrine::kernels::cuda {

/// Float32 and float64, as double.
struct RealElements {
    using Value = double;
    DType type = DType::F32;

    VITRINE_BOTH double get(const void* from, int64_t i) const {
        return type == DType::F32 ? static_cast<double>(static_cast<const float*>(from)[i])
                                  : static_cast<const double*>(from)[i];
    }
    VITRINE_BOTH void put(void* to, int64_t i, double value) const {
        if (type == DType::F32)
            static_cast<float*>(to)[i] = static_cast<float>(value);
        else
            static_cast<double*>(to)[i] = value;
    }
    VITRINE_BOTH static bool isLess(double a, double b) { return a < b; }
    VITRINE_BOTH static bool isNan(double a) { return a != a; }
    VITRINE_BOTH static double add(double a, double b) { return a + b; }
    VITRINE_BOTH static double mul(double a, double b) { return a * b; }
};

/// Whole numbers and bools, as 64 bits whose low ones are those of the element.
struct WholeElements {
    using Value = uint64_t;
    DType type = DType::I64;

    template <class T>
    VITRINE_BOTH static uint64_t at(const void* from, int64_t i) {
        return static_cast<uint64_t>(static_cast<const T*>(from)[i]);
    }
    VITRINE_BOTH uint64_t get(const void* from, int64_t i) const {
        switch (type) {
            case DType::I8:
                return at<int8_t>(from, i);
            case DType::I16:
                return at<int16_t>(from, i);
            case DType::I32:
                return at<int32_t>(from, i);
            case DType::U16:
                return at<uint16_t>(from, i);
            case DType::U32:
                return at<uint32_t>(from, i);
            case DType::I64:
            case DType::U64:
                return at<uint64_t>(from, i);
            default:
                return at<uint8_t>(from, i);
        }
    }
    VITRINE_BOTH void put(void* to, int64_t i, uint64_t value) const {
        switch (sizeOf(type)) {
            case 1:
                static_cast<uint8_t*>(to)[i] = static_cast<uint8_t>(value);
                break;
            case 2:
                static_cast<uint16_t*>(to)[i] = static_cast<uint16_t>(value);
                break;
            case 4:
                static_cast<uint32_t*>(to)[i] = static_cast<uint32_t>(value);
                break;
            default:
                static_cast<uint64_t*>(to)[i] = value;
        }
    }
    VITRINE_BOTH bool isLess(uint64_t a, uint64_t b) const {
        return type == DType::U64 ? a < b : static_cast<int64_t>(a) < static_cast<int64_t>(b);
    }
    VITRINE_BOTH static bool isNan(uint64_t) { return false; }
    VITRINE_BOTH static uint64_t add(uint64_t a, uint64_t b) { return a + b; }
    VITRINE_BOTH static uint64_t mul(uint64_t a, uint64_t b) { return a * b; }
};

/// What lies at place i of an index, counted from the last row below 0; −1 where it names no row.
VITRINE_BOTH inline int64_t rowAt(const WholeElements& elements, const void* index, int64_t i,
                                  int64_t rows) {
    const uint64_t bits = elements.get(index, i);
    if (elements.type == DType::U64)
        return bits < static_cast<uint64_t>(rows) ? static_cast<int64_t>(bits) : -1;
    auto number = static_cast<int64_t>(bits);
    if (number < 0) number += rows;
    return number >= 0 && number < rows ? number : -1;
}

}  // namespace vitrine::kernels::cuda

// SPDX-License-Identifier: Apache-2.0
// One switch over the element types for reading, one for writing.
#include "core/tensor/element.h"

#include <array>
#include <cmath>
#include <limits>

#include "core/tensor/half.h"

namespace vitrine {

namespace {

template <class T>
double read(const std::byte* data, int64_t index) {
    return static_cast<double>(reinterpret_cast<const T*>(data)[index]);
}

template <class T>
void write(std::byte* data, int64_t index, T x) {
    reinterpret_cast<T*>(data)[index] = x;
}

template <class T>
T toInteger(double number) {
    if (std::isnan(number)) return 0;
    constexpr auto lowest = std::numeric_limits<T>::min(), highest = std::numeric_limits<T>::max();
    if (number <= static_cast<double>(lowest)) return lowest;
    if (number >= static_cast<double>(highest)) return highest;
    return static_cast<T>(std::llrint(number));
}

}  // namespace

double readElement(const std::byte* data, DType type, int64_t index) {
    switch (type) {
        case DType::F16:
            return halfToFloat(reinterpret_cast<const uint16_t*>(data)[index]);
        case DType::BF16:
            return brainToFloat(reinterpret_cast<const uint16_t*>(data)[index]);
        case DType::F32:
            return read<float>(data, index);
        case DType::F64:
            return read<double>(data, index);
        case DType::I32:
            return read<int32_t>(data, index);
        case DType::I64:
            return read<int64_t>(data, index);
        case DType::Bool:
            return read<uint8_t>(data, index) != 0;
    }
    return 0;
}

void writeElement(std::byte* data, DType type, int64_t index, double number) {
    switch (type) {
        case DType::F16:
            return write(data, index, floatToHalf(static_cast<float>(number)));
        case DType::BF16:
            return write(data, index, floatToBrain(static_cast<float>(number)));
        case DType::F32:
            return write(data, index, static_cast<float>(number));
        case DType::F64:
            return write(data, index, number);
        case DType::I32:
            return write(data, index, toInteger<int32_t>(number));
        case DType::I64:
            return write(data, index, toInteger<int64_t>(number));
        case DType::Bool:
            return write(data, index, static_cast<uint8_t>(number != 0));
    }
}

int64_t physicalIndexOf(const TensorType& type, int64_t element) {
    std::array<int64_t, Shape::maxRank> index{};
    for (int axis = type.shape.rank() - 1; axis >= 0; --axis) {
        index[static_cast<size_t>(axis)] = element % type.shape[axis];
        element /= type.shape[axis];
    }
    return physicalIndex(type, index.data());
}

}  // namespace vitrine

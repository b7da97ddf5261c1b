// SPDX-License-Identifier: Apache-2.0
// One switch over the element types for reading, one for writing.
#include "core/tensor/element.h"

#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "kernels/api/half.h"
#include "kernels/api/small_float.h"

namespace vitrine {

namespace {

/// Numbers of files begin at any byte.
template <class T>
T stored(const std::byte* data, int64_t index) {
    T x;
    std::memcpy(&x, data + index * static_cast<int64_t>(sizeof(T)), sizeof(T));
    return x;
}

template <class T>
double read(const std::byte* data, int64_t index) {
    return static_cast<double>(stored<T>(data, index));
}

template <class T>
void write(std::byte* data, int64_t index, T x) {
    std::memcpy(data + index * static_cast<int64_t>(sizeof(T)), &x, sizeof(T));
}

/// Where an element of fewer than 8 bits lies.
struct PackedPlace {
    PackedPlace(DType type, int64_t index)
        : byte(index * bitsOf(type) / 8),
          shift(static_cast<int>(index * bitsOf(type) % 8)),
          mask((1 << bitsOf(type)) - 1) {}
    int64_t byte;
    int shift, mask;
};

uint8_t readCode(const std::byte* data, DType type, int64_t index) {
    if (!isPacked(type)) return std::to_integer<uint8_t>(data[index]);
    const PackedPlace at(type, index);
    return static_cast<uint8_t>(std::to_integer<int>(data[at.byte]) >> at.shift & at.mask);
}

void writeCode(std::byte* data, DType type, int64_t index, int code) {
    if (!isPacked(type)) return write(data, index, static_cast<uint8_t>(code));
    const PackedPlace at(type, index);
    const int others = std::to_integer<int>(data[at.byte]) & ~(at.mask << at.shift);
    data[at.byte] = static_cast<std::byte>(others | (code & at.mask) << at.shift);
}

int signedOf(uint8_t code, int bits) { return code >> (bits - 1) != 0 ? code - (1 << bits) : code; }

int64_t nearestWithin(double number, double lowest, double highest) {
    return std::isnan(number) ? 0 : std::llrint(std::fmin(std::fmax(number, lowest), highest));
}

template <class T>
T toInteger(double number) {
    if (std::isnan(number)) return 0;
    constexpr auto lowest = std::numeric_limits<T>::min(), highest = std::numeric_limits<T>::max();
    const double nearest = std::nearbyint(number);
    if (nearest <= static_cast<double>(lowest)) return lowest;
    if (nearest >= static_cast<double>(highest)) return highest;
    return static_cast<T>(nearest);
}

}  // namespace

double readElement(const std::byte* data, DType type, int64_t index) {
    switch (type) {
        case DType::F16:
            return halfToFloat(stored<uint16_t>(data, index));
        case DType::BF16:
            return brainToFloat(stored<uint16_t>(data, index));
        case DType::F32:
            return read<float>(data, index);
        case DType::F64:
            return read<double>(data, index);
        case DType::I8:
            return read<int8_t>(data, index);
        case DType::I16:
            return read<int16_t>(data, index);
        case DType::I32:
            return read<int32_t>(data, index);
        case DType::I64:
            return read<int64_t>(data, index);
        case DType::U8:
            return read<uint8_t>(data, index);
        case DType::U16:
            return read<uint16_t>(data, index);
        case DType::U32:
            return read<uint32_t>(data, index);
        case DType::U64:
            return read<uint64_t>(data, index);
        case DType::Bool:
            return read<uint8_t>(data, index) != 0;
        case DType::F8E4M3FN:
            return smallFloatToFloat(e4m3fn, readCode(data, type, index));
        case DType::F8E4M3FNUZ:
            return smallFloatToFloat(e4m3fnuz, readCode(data, type, index));
        case DType::F8E5M2:
            return smallFloatToFloat(e5m2, readCode(data, type, index));
        case DType::F8E5M2FNUZ:
            return smallFloatToFloat(e5m2fnuz, readCode(data, type, index));
        case DType::F8E8M0:
            return scaleToFloat(readCode(data, type, index));
        case DType::F4E2M1:
            return smallFloatToFloat(e2m1, readCode(data, type, index));
        case DType::I4:
        case DType::I2:
            return signedOf(readCode(data, type, index), bitsOf(type));
        case DType::U4:
        case DType::U2:
            return readCode(data, type, index);
    }
    return 0;
}

void writeElement(std::byte* data, DType type, int64_t index, double number) {
    switch (type) {
        case DType::F16:
            return write(data, index, floatToHalf(roundToOdd(number)));
        case DType::BF16:
            return write(data, index, floatToBrain(roundToOdd(number)));
        case DType::F32:
            return write(data, index, static_cast<float>(number));
        case DType::F64:
            return write(data, index, number);
        case DType::I8:
            return write(data, index, toInteger<int8_t>(number));
        case DType::I16:
            return write(data, index, toInteger<int16_t>(number));
        case DType::I32:
            return write(data, index, toInteger<int32_t>(number));
        case DType::I64:
            return write(data, index, toInteger<int64_t>(number));
        case DType::U8:
            return write(data, index, toInteger<uint8_t>(number));
        case DType::U16:
            return write(data, index, toInteger<uint16_t>(number));
        case DType::U32:
            return write(data, index, toInteger<uint32_t>(number));
        case DType::U64:
            return write(data, index, toInteger<uint64_t>(number));
        case DType::Bool:
            return write(data, index, static_cast<uint8_t>(number != 0));
        case DType::F8E4M3FN:
            return writeCode(data, type, index,
                             floatToSmallFloat(e4m3fn, roundToOdd(number), true));
        case DType::F8E4M3FNUZ:
            return writeCode(data, type, index,
                             floatToSmallFloat(e4m3fnuz, roundToOdd(number), true));
        case DType::F8E5M2:
            return writeCode(data, type, index, floatToSmallFloat(e5m2, roundToOdd(number), true));
        case DType::F8E5M2FNUZ:
            return writeCode(data, type, index,
                             floatToSmallFloat(e5m2fnuz, roundToOdd(number), true));
        case DType::F8E8M0:
            return writeCode(data, type, index, floatToScale(roundToOdd(number), true));
        case DType::F4E2M1:
            return writeCode(data, type, index, floatToSmallFloat(e2m1, roundToOdd(number), true));
        case DType::I4:
            return writeCode(data, type, index, static_cast<int>(nearestWithin(number, -8, 7)));
        case DType::U4:
            return writeCode(data, type, index, static_cast<int>(nearestWithin(number, 0, 15)));
        case DType::I2:
            return writeCode(data, type, index, static_cast<int>(nearestWithin(number, -2, 1)));
        case DType::U2:
            return writeCode(data, type, index, static_cast<int>(nearestWithin(number, 0, 3)));
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

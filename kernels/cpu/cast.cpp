// SPDX-License-Identifier: Apache-2.0
// Conversion in blocks that stay in L1: into the widest type of the same kind, which holds every
// number exactly, and from there into the other type in one rounding.
#include "kernels/api/cast.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <type_traits>

#include "kernels/api/half.h"
#include "kernels/api/small_float.h"
#include "kernels/cpu/cut.h"
#include "kernels/dispatch/bind.h"

namespace vitrine::kernels {
namespace {

constexpr int64_t blockElements = 256;
constexpr int64_t grainElements = 32 * 1024;

/// Numbers `first` to `first + count` of an array, as `Wide`.
template <class Wide>
using Decode = void (*)(const std::byte* from, int64_t first, int64_t count, Wide* to);
template <class Wide>
using Encode = void (*)(const Wide* from, std::byte* to, int64_t first, int64_t count,
                        bool saturate);

template <class Stored, auto convert>
auto decodeWith() {
    using Wide = decltype(convert(Stored{}));
    return Decode<Wide>([](const std::byte* from, int64_t first, int64_t count, Wide* to) {
        const Stored* x = reinterpret_cast<const Stored*>(from) + first;
        for (int64_t i = 0; i < count; ++i) to[i] = convert(x[i]);
    });
}

/// Elements of `bits` bits, the first in the low ones of a byte. Blocks start at whole bytes.
template <int bits, auto convert>
auto decodePacked() {
    using Wide = decltype(convert(uint8_t{}));
    return Decode<Wide>([](const std::byte* from, int64_t first, int64_t count, Wide* to) {
        constexpr int perByte = 8 / bits, mask = (1 << bits) - 1;
        for (int64_t i = 0; i < count; ++i) {
            const int shift = static_cast<int>((first + i) % perByte) * bits;
            const int byte = std::to_integer<int>(from[(first + i) / perByte]);
            to[i] = convert(static_cast<uint8_t>(byte >> shift & mask));
        }
    });
}

template <const SmallFloat& format>
float fromSmall(uint8_t code) {
    return smallFloatToFloat(format, code);
}
template <int bits>
int64_t fromSigned(uint8_t code) {
    return code >> (bits - 1) != 0 ? code - (1 << bits) : code;
}
template <class Wide, class Stored>
Wide widen(Stored x) {
    return static_cast<Wide>(x);
}

struct Decoder {
    Decode<float> asFloat = nullptr;
    Decode<double> asDouble = nullptr;
    Decode<int64_t> asSigned = nullptr;
    Decode<uint64_t> asUnsigned = nullptr;
};

Decoder decoderOf(DType type) {
    switch (type) {
        case DType::F16:
            return {.asFloat = decodeWith<uint16_t, halfToFloat>()};
        case DType::BF16:
            return {.asFloat = decodeWith<uint16_t, brainToFloat>()};
        case DType::F32:
            return {.asFloat = decodeWith<float, widen<float, float>>()};
        case DType::F64:
            return {.asDouble = decodeWith<double, widen<double, double>>()};
        case DType::I8:
            return {.asSigned = decodeWith<int8_t, widen<int64_t, int8_t>>()};
        case DType::I16:
            return {.asSigned = decodeWith<int16_t, widen<int64_t, int16_t>>()};
        case DType::I32:
            return {.asSigned = decodeWith<int32_t, widen<int64_t, int32_t>>()};
        case DType::I64:
            return {.asSigned = decodeWith<int64_t, widen<int64_t, int64_t>>()};
        case DType::U8:
            return {.asUnsigned = decodeWith<uint8_t, widen<uint64_t, uint8_t>>()};
        case DType::U16:
            return {.asUnsigned = decodeWith<uint16_t, widen<uint64_t, uint16_t>>()};
        case DType::U32:
            return {.asUnsigned = decodeWith<uint32_t, widen<uint64_t, uint32_t>>()};
        case DType::U64:
            return {.asUnsigned = decodeWith<uint64_t, widen<uint64_t, uint64_t>>()};
        case DType::Bool:
            return {.asUnsigned =
                        decodeWith<uint8_t, [](uint8_t x) -> uint64_t { return x != 0; }>()};
        case DType::F8E4M3FN:
            return {.asFloat = decodeWith<uint8_t, fromSmall<e4m3fn>>()};
        case DType::F8E4M3FNUZ:
            return {.asFloat = decodeWith<uint8_t, fromSmall<e4m3fnuz>>()};
        case DType::F8E5M2:
            return {.asFloat = decodeWith<uint8_t, fromSmall<e5m2>>()};
        case DType::F8E5M2FNUZ:
            return {.asFloat = decodeWith<uint8_t, fromSmall<e5m2fnuz>>()};
        case DType::F8E8M0:
            return {.asFloat = decodeWith<uint8_t, scaleToFloat>()};
        case DType::F4E2M1:
            return {.asFloat = decodePacked<4, fromSmall<e2m1>>()};
        case DType::I4:
            return {.asSigned = decodePacked<4, fromSigned<4>>()};
        case DType::U4:
            return {.asUnsigned = decodePacked<4, widen<uint64_t, uint8_t>>()};
        case DType::I2:
            return {.asSigned = decodePacked<2, fromSigned<2>>()};
        case DType::U2:
            return {.asUnsigned = decodePacked<2, widen<uint64_t, uint8_t>>()};
    }
    return {};
}

/// See roundToOdd of double; whole numbers likewise.
template <class Wide>
float oddFloat(Wide x) {
    if constexpr (std::is_same_v<Wide, float>) {
        return x;
    } else if constexpr (std::is_same_v<Wide, double>) {
        return roundToOdd(x);
    } else {
        const bool isNegative = std::is_signed_v<Wide> && x < 0;
        const uint64_t magnitude =
            isNegative ? uint64_t{0} - static_cast<uint64_t>(x) : static_cast<uint64_t>(x);
        const int cut = std::max(0, static_cast<int>(std::bit_width(magnitude)) - 24);
        const uint64_t rest = magnitude & ((uint64_t{1} << cut) - 1);
        const auto kept = static_cast<float>(magnitude >> cut | (rest != 0 ? 1 : 0));
        const float number = std::ldexp(kept, cut);
        return isNegative ? -number : number;
    }
}

template <class Integer, class Wide>
Integer toInteger(Wide x) {
    if constexpr (std::is_integral_v<Wide>) {
        return static_cast<Integer>(x);
    } else {
        constexpr auto lowest = std::numeric_limits<Integer>::min(),
                       highest = std::numeric_limits<Integer>::max();
        if (std::isnan(x)) return 0;
        if (x <= static_cast<Wide>(lowest)) return lowest;
        if (x >= static_cast<Wide>(highest)) return highest;
        return static_cast<Integer>(x);
    }
}

/// Whole numbers of fewer bits than a byte: like toInteger, as their code.
template <int bits, bool isSigned, class Wide>
uint8_t toPacked(Wide x) {
    constexpr int mask = (1 << bits) - 1;
    constexpr int lowest = isSigned ? -(1 << (bits - 1)) : 0;
    constexpr int highest = isSigned ? (1 << (bits - 1)) - 1 : mask;
    if constexpr (std::is_integral_v<Wide>) {
        return static_cast<uint8_t>(x) & mask;
    } else {
        if (std::isnan(x)) return 0;
        const Wide clamped = std::clamp(x, static_cast<Wide>(lowest), static_cast<Wide>(highest));
        return static_cast<uint8_t>(static_cast<int>(clamped)) & mask;
    }
}

template <class Stored, class Wide, auto convert>
void encodeWith(const Wide* from, std::byte* to, int64_t first, int64_t count, bool saturate) {
    Stored* y = reinterpret_cast<Stored*>(to) + first;
    for (int64_t i = 0; i < count; ++i) y[i] = convert(from[i], saturate);
}

template <int bits, class Wide, auto convert>
void encodePacked(const Wide* from, std::byte* to, int64_t first, int64_t count, bool saturate) {
    constexpr int perByte = 8 / bits;
    for (int64_t i = 0; i < count; i += perByte) {
        int byte = 0;
        for (int64_t k = 0; k < std::min<int64_t>(perByte, count - i); ++k)
            byte |= convert(from[i + k], saturate) << (k * bits);
        to[(first + i) / perByte] = static_cast<std::byte>(byte);
    }
}

template <const SmallFloat& format, class Wide>
constexpr auto toSmall =
    [](Wide x, bool saturate) { return floatToSmallFloat(format, oddFloat(x), saturate); };
template <class Integer, class Wide>
constexpr auto toWhole = [](Wide x, bool) { return toInteger<Integer>(x); };

template <class Wide>
Encode<Wide> encoderOf(DType type) {
    switch (type) {
        case DType::F16:
            return encodeWith<uint16_t, Wide,
                              [](Wide x, bool) { return floatToHalf(oddFloat(x)); }>;
        case DType::BF16:
            return encodeWith<uint16_t, Wide,
                              [](Wide x, bool) { return floatToBrain(oddFloat(x)); }>;
        case DType::F32:
            return encodeWith<float, Wide, [](Wide x, bool) { return static_cast<float>(x); }>;
        case DType::F64:
            return encodeWith<double, Wide, [](Wide x, bool) { return static_cast<double>(x); }>;
        case DType::I8:
            return encodeWith<int8_t, Wide, toWhole<int8_t, Wide>>;
        case DType::I16:
            return encodeWith<int16_t, Wide, toWhole<int16_t, Wide>>;
        case DType::I32:
            return encodeWith<int32_t, Wide, toWhole<int32_t, Wide>>;
        case DType::I64:
            return encodeWith<int64_t, Wide, toWhole<int64_t, Wide>>;
        case DType::U8:
            return encodeWith<uint8_t, Wide, toWhole<uint8_t, Wide>>;
        case DType::U16:
            return encodeWith<uint16_t, Wide, toWhole<uint16_t, Wide>>;
        case DType::U32:
            return encodeWith<uint32_t, Wide, toWhole<uint32_t, Wide>>;
        case DType::U64:
            return encodeWith<uint64_t, Wide, toWhole<uint64_t, Wide>>;
        case DType::Bool:
            return encodeWith<uint8_t, Wide,
                              [](Wide x, bool) { return static_cast<uint8_t>(x != 0); }>;
        case DType::F8E4M3FN:
            return encodeWith<uint8_t, Wide, toSmall<e4m3fn, Wide>>;
        case DType::F8E4M3FNUZ:
            return encodeWith<uint8_t, Wide, toSmall<e4m3fnuz, Wide>>;
        case DType::F8E5M2:
            return encodeWith<uint8_t, Wide, toSmall<e5m2, Wide>>;
        case DType::F8E5M2FNUZ:
            return encodeWith<uint8_t, Wide, toSmall<e5m2fnuz, Wide>>;
        case DType::F8E8M0:
            return encodeWith<uint8_t, Wide, [](Wide x, bool saturate) {
                return floatToScale(oddFloat(x), saturate);
            }>;
        case DType::F4E2M1:
            return encodePacked<4, Wide, toSmall<e2m1, Wide>>;
        case DType::I4:
            return encodePacked<4, Wide, [](Wide x, bool) { return toPacked<4, true>(x); }>;
        case DType::U4:
            return encodePacked<4, Wide, [](Wide x, bool) { return toPacked<4, false>(x); }>;
        case DType::I2:
            return encodePacked<2, Wide, [](Wide x, bool) { return toPacked<2, true>(x); }>;
        case DType::U2:
            return encodePacked<2, Wide, [](Wide x, bool) { return toPacked<2, false>(x); }>;
    }
    return nullptr;
}

template <class Wide>
struct Plan {
    Decode<Wide> decode = nullptr;
    Encode<Wide> encode = nullptr;
    bool saturate = true;
    int64_t elements = 0;
    Cut blocks;
};

template <class Wide>
void run(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& plan = *static_cast<const Plan<Wide>*>(problem);
    const auto* x = static_cast<const std::byte*>(operands[0]);
    auto* y = static_cast<std::byte*>(operands[1]);
    Wide block[blockElements];
    for (int64_t b = plan.blocks.begin(part); b < plan.blocks.end(part); ++b) {
        const int64_t first = b * blockElements;
        const int64_t count = std::min(blockElements, plan.elements - first);
        plan.decode(x, first, count, block);
        plan.encode(block, y, first, count, plan.saturate);
    }
}

template <class Wide>
Kernel bindCast(const CastProblem& problem, Decode<Wide> decode) {
    const int64_t elements = problem.y.storageElements();
    const int64_t blocks = (elements + blockElements - 1) / blockElements;
    const Plan<Wide> plan{decode, encoderOf<Wide>(problem.y.dtype), problem.saturate, elements,
                          cut(blocks, blockElements, grainElements)};
    std::string kernelName = "cast " + std::string(layoutName(problem.x.layout)) + " ";
    kernelName.append(name(problem.x.dtype)).append(" to ").append(name(problem.y.dtype));
    Kernel kernel = bindKernel(std::move(kernelName), plan, run<Wide>);
    kernel.parts[0] = plan.blocks.parts;
    return kernel;
}

}  // namespace

Kernel selectCast(const CastProblem& problem) {
    const Decoder decoder = decoderOf(problem.x.dtype);
    if (decoder.asFloat) return bindCast(problem, decoder.asFloat);
    if (decoder.asDouble) return bindCast(problem, decoder.asDouble);
    if (decoder.asSigned) return bindCast(problem, decoder.asSigned);
    return bindCast(problem, decoder.asUnsigned);
}

}  // namespace vitrine::kernels

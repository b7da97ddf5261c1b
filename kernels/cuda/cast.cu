// SPDX-License-Identifier: Apache-2.0
// The same numbers in another element type, in one rounding: floats go by double, which holds all
// of them, and whole numbers by 64 bits.
#include <bit>

#include "kernels/api/half.h"
#include "kernels/cuda/each.h"

namespace vitrine::kernels::cuda {

namespace {

VITRINE_BOTH inline double realAt(DType type, const void* from, int64_t i) {
    switch (type) {
        case DType::F16:
            return static_cast<double>(halfToFloat(static_cast<const uint16_t*>(from)[i]));
        case DType::BF16:
            return static_cast<double>(brainToFloat(static_cast<const uint16_t*>(from)[i]));
        default:
            return RealElements{type}.get(from, i);
    }
}

/// A whole number as the double towards zero, with its last bit set where bits are lost: rounding
/// that once more, to fewer bits, is rounding the number.
VITRINE_BOTH inline double oddDouble(uint64_t bits, bool isSigned) {
    const bool isNegative = isSigned && static_cast<int64_t>(bits) < 0;
    const uint64_t magnitude = isNegative ? uint64_t{0} - bits : bits;
    const int width = static_cast<int>(std::bit_width(magnitude));
    const int cut = width > 53 ? width - 53 : 0;
    const uint64_t rest = magnitude & ((uint64_t{1} << cut) - 1);
    const uint64_t kept = magnitude >> cut | (rest != 0 ? 1 : 0);
    const double number = static_cast<double>(kept) * static_cast<double>(uint64_t{1} << cut);
    return isNegative ? -number : number;
}

VITRINE_BOTH inline void putReal(DType type, void* to, int64_t i, double number) {
    switch (type) {
        case DType::F16:
            static_cast<uint16_t*>(to)[i] = floatToHalf(roundToOdd(number));
            break;
        case DType::BF16:
            static_cast<uint16_t*>(to)[i] = floatToBrain(roundToOdd(number));
            break;
        default:
            RealElements{type}.put(to, i, number);
    }
}

/// The ends of a whole type, as doubles: the lower one, and the first number above the upper one.
struct Range {
    double lowest = 0, above = 256;
    uint64_t lowestBits = 0, highestBits = 255;
};
Range rangeOf(DType type) {
    const int bits = bitsOf(type);
    const bool isSigned = type >= DType::I8 && type <= DType::I64;
    const int digits = isSigned ? bits - 1 : bits;
    Range range;
    range.highestBits = digits == 64 ? ~uint64_t{0} : (uint64_t{1} << digits) - 1;
    range.lowestBits = isSigned ? ~range.highestBits : 0;
    const double half = static_cast<double>(uint64_t{1} << (digits - 1));
    range.above = half * 2;
    range.lowest = isSigned ? -range.above : 0;
    return range;
}

struct CastEach {
    Places<2> at;
    DType from = DType::F32, to = DType::F32;
    bool isSigned = true;  ///< whole numbers that are read
    Range range;

    VITRINE_BOTH bool isReal(DType type) const { return type <= DType::F64; }
    VITRINE_BOTH uint64_t wholeOf(double number) const {
        if (number != number) return 0;
        if (number <= range.lowest) return range.lowestBits;
        if (number >= range.above) return range.highestBits;
        return number < 0 ? static_cast<uint64_t>(static_cast<int64_t>(number))
                          : static_cast<uint64_t>(number);
    }
    VITRINE_BOTH void operator()(int64_t i) const {
        const void* const x = at.get<const void>(0);
        void* const y = at.get<void>(1);
        if (isReal(from)) {
            const double number = realAt(from, x, i);
            if (isReal(to)) return putReal(to, y, i, number);
            const bool isTrue = number != 0;
            return WholeElements{to}.put(y, i, to == DType::Bool ? isTrue : wholeOf(number));
        }
        uint64_t bits = WholeElements{from}.get(x, i);
        if (from == DType::Bool || to == DType::Bool) bits = bits != 0;
        if (isReal(to)) return putReal(to, y, i, realOf(bits));
        WholeElements{to}.put(y, i, bits);
    }
    VITRINE_BOTH double realOf(uint64_t bits) const {
        if (to == DType::F64)
            return isSigned ? static_cast<double>(static_cast<int64_t>(bits))
                            : static_cast<double>(bits);
        return oddDouble(bits, isSigned);
    }
};

bool isTaken(DType type) { return isFloat(type) || isInteger(type) || type == DType::Bool; }

}  // namespace

DeviceStatus bindCast(Context&, const Call& call, StreamKernel* kernel) {
    if (const std::string why = whyNotPlain(call); !why.empty()) return refuse(kernel, "cast", why);
    const DType from = call.in(0).dtype, to = call.out(0).dtype;
    for (const DType type : {from, to})
        if (!isTaken(type))
            return refuse(kernel, "cast",
                          unexpectedType("floats of 16 bits or more, whole numbers "
                                         "or bools",
                                         type));
    CastEach body{.at = {}, .from = from, .to = to, .isSigned = true, .range = {}};
    body.isSigned = from >= DType::I8 && from <= DType::I64;
    if (isInteger(to)) body.range = rangeOf(to);
    return takeEach(kernel, call, "cast", body, call.out(0).array.elements());
}

}  // namespace vitrine::kernels::cuda

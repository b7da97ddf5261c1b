// SPDX-License-Identifier: Apache-2.0
// Division by a number that stays the same, as a product: Granlund and Montgomery, PLDI 1994.
#pragma once

#include <bit>
#include <cstdint>

#include "kernels/api/both.h"

namespace vitrine::kernels::cuda {

/// Of numbers from 0 to 2^31 − 1.
struct Divisor {
    uint32_t divisor = 1, multiplier = 1, shift = 0;

    Divisor() = default;
    explicit Divisor(int64_t by) : divisor(static_cast<uint32_t>(by)) {
        shift = static_cast<uint32_t>(std::bit_width(divisor - 1));
        multiplier = static_cast<uint32_t>(
            ((uint64_t{1} << 32) * ((uint64_t{1} << shift) - divisor)) / divisor + 1);
    }

    VITRINE_BOTH uint32_t quotient(uint32_t number) const {
        const auto high = static_cast<uint32_t>((uint64_t{number} * multiplier) >> 32);
        return (high + number) >> shift;
    }
    /// The quotient; `number` becomes what is left.
    VITRINE_BOTH uint32_t take(uint32_t& number) const {
        const uint32_t result = quotient(number);
        number -= result * divisor;
        return result;
    }
};

}  // namespace vitrine::kernels::cuda

// SPDX-License-Identifier: Apache-2.0
// What operators on the bits of whole numbers have in common.
#pragma once

#include "core/ops/families/pointwise_rules.h"

namespace vitrine::bits {

template <kernels::Whole function>
kernels::Problem problem(const OpQuery&) {
    return kernels::WholeMap{function};
}

constexpr PortSpec whole(PortSpec port) {
    port.types = indexTypes;
    return port;
}
inline constexpr PortSpec unaryInputs[] = {whole(pointwise::unaryInputs[0])};
inline constexpr PortSpec binaryInputs[] = {whole(pointwise::binaryInputs[0]),
                                            whole(pointwise::binaryInputs[1])};
inline constexpr PortSpec outputs[] = {whole(pointwise::outputs[0])};

inline constexpr OpSample unarySamples[] = {
    {"", "3x5<90"}, {"", "2x3x7:i64<90"}, {"", "17:u8<200"}, {"", "scalar:i16<9"}};
inline constexpr OpSample binarySamples[] = {{"", "3x5<90 3x5<90"},
                                             {"", "2x3x4:i64<90 3x1:i64<9"},
                                             {"", "17:u8<200 17:u8<9"},
                                             {"", "scalar:u32<9 2x3:u32<9"}};
inline constexpr OpErrorSample unaryErrors[] = {{"", "3", "x needs whole numbers, got f32"},
                                                {"", "3:bool", "x needs whole numbers, got bool"}};
inline constexpr OpErrorSample binaryErrors[] = {
    {"", "2x3<9 2x4<9", "b needs extents that repeat to [2, 3], got [2, 4]"},
    {"", "2<9 2:i64<9", "b needs i32 like a, got i64"},
    {"", "4 4", "a needs whole numbers, got f32"}};

}  // namespace vitrine::bits

// SPDX-License-Identifier: Apache-2.0
// What the kernels over planes of [h][w][16] floats share on the way to a Kernel.
#pragma once

#include <string>
#include <string_view>

#include "kernels/api/kernel.h"
#include "kernels/dispatch/bind.h"
#include "kernels/dispatch/choose.h"
#include "kernels/dispatch/machine.h"

namespace vitrine::kernels::cpu {

/// `pool.max lanes 2x2 AVX3`.
inline std::string planeKernelName(std::string_view family, Layout layout,
                                   std::string_view algorithm) {
    std::string name(family);
    for (const std::string_view word : {layoutName(layout), algorithm, instructionSet().name})
        name.append(" ").append(word);
    return name;
}

/// Why a kernel over planes cannot take these operands; empty where it can.
inline std::string whyNoPlanes(const Operand& x, const Operand& y) {
    if (x.dtype != DType::F32) return "planes: wants f32, got " + std::string(name(x.dtype));
    if (x.layout == Layout::RowMajor) return "planes: wants lanes or blocked, got row-major";
    if (x.layout != y.layout)
        return "planes: wants one layout, got " + std::string(layoutName(x.layout)) + " and " +
               std::string(layoutName(y.layout));
    return {};
}

}  // namespace vitrine::kernels::cpu

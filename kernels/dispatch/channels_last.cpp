// SPDX-License-Identifier: Apache-2.0
// Convolutions read each image once for every tap: by 16 bytes where channels are whole quads.
#include "kernels/api/channels_last.h"

namespace vitrine::kernels {

namespace {

constexpr int64_t quad = 4;
constexpr double timesRead = 4;  ///< more than that caches hold

bool isLast(const Operand& operand) {
    return operand.array.rank > 2 && operand.array.shape[1] > 1 && operand.array.strides[1] == 1;
}

}  // namespace

double channelsLastGain(const Call& call) {
    const auto* const conv = std::get_if<Conv>(&call.problem);
    if (!conv) return 0;
    double bytes = 0;
    bool areQuads = true;
    for (const Operand& operand : call.operands) {
        if (!isLast(operand)) continue;
        bytes += static_cast<double>(bytesOf(operand.dtype, operand.array.elements()));
        areQuads = areQuads && operand.array.shape[1] % (quad * conv->groups) == 0;
    }
    return areQuads ? timesRead * bytes : -bytes;
}

}  // namespace vitrine::kernels

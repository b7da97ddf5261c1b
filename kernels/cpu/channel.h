// SPDX-License-Identifier: Apache-2.0
// Per-channel statistics and maps in the layouts of 16-wide planes.
#pragma once

#include "kernels/api/channel.h"

namespace vitrine::kernels::cpu {

/// Numbers for the 16 lanes of a pixel.
struct PixelNumbers {
    const float *center = nullptr, *scale = nullptr, *shift = nullptr;
};
/// y = (x − center) · scale + shift over pixels of a row, `count` floats in all; y may be x.
using NormalizeRow = void (*)(const float* x, const PixelNumbers& of, float* y, int64_t count);
/// That of the best instruction set, with the bits of channelNormalize.
NormalizeRow normalizeRow(bool thenRelu);

Kernel channelMoments(const ChannelProblem& problem);
Kernel channelNormalize(const ChannelProblem& problem);
Kernel channelSum(const ChannelProblem& problem);
Kernel channelDot(const ChannelProblem& problem);

}  // namespace vitrine::kernels::cpu

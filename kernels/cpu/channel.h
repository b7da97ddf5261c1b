// SPDX-License-Identifier: Apache-2.0
// Per-channel statistics and maps in the layouts of 16-wide planes.
#pragma once

#include "kernels/api/channel.h"
#include "kernels/cpu/pointwise.h"

namespace vitrine::kernels::cpu {

/// Numbers for the 16 lanes of a pixel.
struct PixelNumbers {
    const float *center = nullptr, *scale = nullptr, *shift = nullptr;
};
/// What becomes of n = (x − center) · scale + shift while registers hold it. Gates let `other` pass
/// where n opens them.
enum class NormalizedBy : uint8_t {
    Nothing,
    Relu,
    Clamp,
    Add,
    AddNormalized,
    ReluGate,
    InsideGate
};
/// Rows of as many floats; those that a function does not have are not read.
struct NormalizeOperands {
    const float* x = nullptr;
    PixelNumbers of = {};
    const float* other = nullptr;
    PixelNumbers ofOther = {};  ///< AddNormalized
};
/// Over pixels of a row, `count` floats in all; y may be x or other.
using NormalizeRow = void (*)(const NormalizeOperands& from, float* y, int64_t count, Parameters);
/// That of the best instruction set, with the bits of channelNormalize and of what comes after it.
NormalizeRow normalizeRow(NormalizedBy then);

/// What is summed of a row while registers hold it: y · (image − center), and y.
struct RowSums {
    const float* image = nullptr;
    const float* centers = nullptr;  ///< of the 16 lanes of a pixel
    int64_t lanes = 16;              ///< that count
    double* totals = nullptr;        ///< [2][16], to which the sums are added
};
/// A row of no more floats than reductions by channel sum in one go, with their bits.
using SummedRow = void (*)(const NormalizeOperands& from, float* y, int64_t count, Parameters,
                           const RowSums& sums);
/// Null for all but gates.
SummedRow summedRow(NormalizedBy then);

Kernel channelMoments(const ChannelProblem& problem);
Kernel channelNormalize(const ChannelProblem& problem);
Kernel channelSum(const ChannelProblem& problem);
Kernel channelDot(const ChannelProblem& problem);

}  // namespace vitrine::kernels::cpu

// SPDX-License-Identifier: Apache-2.0
// Forward and the adjoint in x seen as one operation: every result pixel gathers its taps from all
// source channels of its group. What the two fast layouts share of the plan.
#pragma once

#include <vector>

#include "kernels/api/conv2d.h"
#include "kernels/cpu/conv2d/axis.h"
#include "kernels/cpu/finish.h"

namespace vitrine::kernels {

/// One tap of a result pixel.
struct GatherTap {
    int64_t source;  ///< floats from the pixel's own place in the source (scale · i) to the tap's
    int64_t filter;  ///< r · S + s
};

/// Result row h belongs to rowClasses[h % rowClasses.size()] and has number h / size there; columns
/// likewise. Operands: source, packed filters, [bias,]
/// [gate,] result.
struct Conv2dGather {
    Image source, result;
    int64_t r = 1, s = 1;
    int64_t groups = 1, sourceChannels = 0, resultChannels = 0;  ///< channels of one group
    bool bias = false;
    Epilogue epilogue = Epilogue::None;
    std::optional<Finish> finish;
    std::vector<Conv2dAxis> rowClasses, columnClasses;
    std::vector<TapRange> rowTaps;  ///< existing taps of each result row
    /// [row class][column class], each with room for r · s: [row tap][column tap]. Lanes, Blocked.
    std::vector<GatherTap> taps;
    std::vector<TapRange> tapResults;  ///< [column class][s]: results to which a column tap gives

    bool gated() const { return epilogue == Epilogue::ReluGate; }
};

Conv2dGather gatherForward(const Conv2dProblem& problem);
Conv2dGather gatherData(const Conv2dProblem& problem);

/// Rows and columns of y that meet each row and column of the filter.
std::vector<TapRange> resultsOfRowTaps(const Conv2dProblem& problem);
std::vector<TapRange> resultsOfColumnTaps(const Conv2dProblem& problem);

/// Rows of the source that result rows [begin, end) meet.
TapRange sourceRows(const Conv2dGather& gather, int64_t begin, int64_t end);

/// Pixels of halo that reading every tap of every column would need. Rows are clipped instead.
int64_t columnHalo(const Conv2dGather& gather);

/// The tables of a gather as plain pointers, for code that is compiled for one instruction set.
struct GatherTables {
    const Conv2dAxis *rows, *columns;
    int64_t rowClasses, columnClasses;
    const TapRange *rowTaps, *tapResults;
    const GatherTap* taps;
};
GatherTables gatherTables(const Conv2dGather& gather);

/// What is done to the sums of a gather; its epilogue is one too.
Finish finishOf(const Conv2dGather& gather);

/// The operands of a gather by name; absent ones are null.
struct GatherOperands {
    const float* source;
    const float* packed;
    const float* bias;
    const float* gate;
    cpu::FinishOperands finish;
    float* result;
};
GatherOperands gatherOperands(const Conv2dGather& gather, void* const* operands);

/// Pixel (0, 0) of what is added to a plane of the result; null where nothing is.
const float* addedPlane(const Conv2dGather& gather, const GatherOperands& operands, int64_t plane);

}  // namespace vitrine::kernels

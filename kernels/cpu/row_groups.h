// SPDX-License-Identifier: Apache-2.0
// Rows [n, c] in groups of 16 that stand side by side as [c][16]: as they lie in lanes, copied
// there and back from row-major. So both layouts run the same code and give the same bits.
#pragma once

#include <array>

#include "kernels/api/loss.h"
#include "kernels/cpu/cut.h"
#include "kernels/cpu/ordered_sum.h"
#include "kernels/cpu/rows.h"

namespace vitrine::kernels::cpu {

/// A plain value, bound into kernels.
struct RowGroups {
    explicit RowGroups(const RowProblem& rows)
        : problem(rows),
          groups(cut((rows.n + blockWidth - 1) / blockWidth, rows.c * blockWidth, partElements)) {}

    RowProblem problem;
    Cut groups;  ///< groups of a part

    bool copies() const { return problem.layout == Layout::RowMajor; }
    /// Real rows of a group.
    int64_t rows(int64_t group) const {
        return std::min(blockWidth, problem.n - group * blockWidth);
    }
    int64_t groupElements() const { return problem.c * blockWidth; }
    /// Memory for the copies, one group for each part.
    int64_t scratchBytes() const {
        return copies() ? groups.parts * groupElements() * static_cast<int64_t>(sizeof(float)) : 0;
    }
    float* scratch(void* memory, int64_t part) const {
        return static_cast<float*>(memory) + (copies() ? part * groupElements() : 0);
    }

    /// A group of x. Rows that are not there copy as zeros.
    const float* read(const float* x, int64_t group, float* scratch) const {
        if (!copies()) return x + group * groupElements();
        x += group * groupElements();
        const int64_t real = rows(group);
        for (int64_t j = 0; j < problem.c; ++j)
            for (int64_t lane = 0; lane < blockWidth; ++lane)
                scratch[j * blockWidth + lane] = lane < real ? x[lane * problem.c + j] : 0;
        return scratch;
    }
    /// Where a group of y is computed; `write` puts it into place. May be what `read` gave.
    float* target(float* y, int64_t group, float* scratch) const {
        return copies() ? scratch : y + group * groupElements();
    }
    void write(float* y, int64_t group, const float* scratch) const {
        if (!copies()) return;
        y += group * groupElements();
        const int64_t real = rows(group);
        for (int64_t j = 0; j < problem.c; ++j)
            for (int64_t lane = 0; lane < real; ++lane)
                y[lane * problem.c + j] = scratch[j * blockWidth + lane];
    }

    /// Labels of a group; −1 for rows that are not there and for numbers that name no class.
    std::array<int32_t, blockWidth> labels(const int32_t* all, int64_t group) const {
        std::array<int32_t, blockWidth> some;
        some.fill(-1);
        for (int64_t lane = 0; lane < rows(group); ++lane) {
            const int32_t label = all[group * blockWidth + lane];
            if (label >= 0 && label < problem.c) some[static_cast<size_t>(lane)] = label;
        }
        return some;
    }
};

}  // namespace vitrine::kernels::cpu

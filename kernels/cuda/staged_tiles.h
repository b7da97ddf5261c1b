// SPDX-License-Identifier: Apache-2.0
// Tiles of a product that do something to what they store. Behind the steps over the depth comes
// one in which the sums go through shared memory: steps on them are code once and not for each
// register, and neighbours in memory are stored side by side. Where they are summed by columns, two
// more follow: parts of columns, and these joined.
#pragma once

#include "kernels/cuda/sums.h"
#include "kernels/cuda/tiles.h"

namespace vitrine::kernels::cuda {

/// Sources that say what is summed of what they store.
template <class Source>
concept Summing = requires(Source source) {
    source.fused.sums.count;
};

/// A tile `Of` that stores element by element. Sources that sum say where an element lies.
template <class Of>
struct StagedTile : Of {
    static constexpr bool sums = Summing<typename Of::SourceOf>;
    static constexpr int height = Of::tileHeight, width = Of::tileWidth;
    static constexpr int parts = blockThreads / width, partRows = height / parts;
    struct Staged {
        float number[width][height + 1];
        Statistics part[sums ? SumPlan::most : 1][sums ? blockThreads : 1];
    };
    union Shared {
        typename Of::Shared tile;
        Staged staged;
    };
    struct Own : Of::Own {
        int depthSteps;
    };
    Statistics* left = nullptr;

    VITRINE_BOTH int steps(int64_t block) const { return Of::steps(block) + (sums ? 3 : 1); }
    VITRINE_BOTH void begin(ThreadPlace at, Shared& shared, Own& own) const {
        Of::begin(at, shared.tile, own);
        own.depthSteps = Of::steps(at.block);
    }
    VITRINE_BOTH void load(int step, ThreadPlace at, Shared& shared, Own& own) const {
        if (step < own.depthSteps) return Of::load(step, at, shared.tile, own);
        if (step == own.depthSteps)
            this->each(at, own, [&](int row, int column, float sum) {
                shared.staged.number[column][row] = sum;
            });
    }
    VITRINE_BOTH void work(int step, ThreadPlace at, Shared& shared, Own& own) const {
        const int behind = step - own.depthSteps;
        if (behind < 0) {
            Of::work(step, at, shared.tile, own);
            // Before others write sums where it still reads.
            if constexpr (requires { &Of::lastWork; })
                if (behind == -1) Of::lastWork(shared.tile, at, own);
            return;
        }
        if (behind == 0) return storeAll(at, shared.staged, own);
        if constexpr (sums) {
            if (behind == 2) return leaveSums(at, shared.staged, own);
            for (int which = 0; which < this->source.fused.sums.count; ++which)
                shared.staged.part[which][at.thread] = partOf(which, at, shared.staged, own);
        }
    }
    VITRINE_BOTH void finish(ThreadPlace, Shared&, Own&) const {}

  private:
    VITRINE_BOTH void storeAll(ThreadPlace at, Staged& staged, const Own& own) const {
        for (int e = at.thread; e < height * width; e += blockThreads) {
            const int row = Wide<typename Of::SourceOf> ? e / width : e % height;
            const int column = Wide<typename Of::SourceOf> ? e % width : e / height;
            float& number = staged.number[column][row];
            number = Of::store(own.cut, row, column, number);
        }
    }

    /// Of some rows of a column, in order: what is summed, or its moments.
    VITRINE_BOTH Statistics partOf(int which, ThreadPlace at, const Staged& staged,
                                   const Own& own) const {
        const int column = at.thread % width, first = at.thread / width * partRows;
        const int64_t n = own.cut.firstColumn + column, m = own.cut.firstRow + first;
        const int64_t below = this->source.size.rows - m;
        Statistics part = Statistics::none();
        if (below <= 0 || n >= this->source.size.columns) return part;
        const int count = below < partRows ? static_cast<int>(below) : partRows;
        const float* const numbers = staged.number[column] + first;
        const SumPlan::One& one = this->source.fused.sums.one[which];
        if (one.image >= 0) {
            for (int row = 0; row < count; ++row)
                part.mean += static_cast<double>(numbers[row]) * distance(one, own, m + row, n);
            return part;
        }
        for (int row = 0; row < count; ++row) part.mean += static_cast<double>(numbers[row]);
        if (!one.isOfMoments) return part;
        part.count = count;
        part.mean /= count;
        for (int row = 0; row < count; ++row) {
            const double off = static_cast<double>(numbers[row]) - part.mean;
            part.squares += off * off;
        }
        return part;
    }
    /// What a dot multiplies with.
    VITRINE_BOTH double distance(const SumPlan::One& one, const Own& own, int64_t m,
                                 int64_t n) const {
        const auto& from = this->source;
        const int64_t channel = own.cut.batch * from.size.columns + n;
        const int64_t i = from.indexOf(own.cut.batch, m, n);
        return static_cast<double>(from.at.template get<const float>(one.image)[i]) -
               static_cast<double>(from.at.template get<const float>(one.center)[channel]);
    }
    VITRINE_BOTH void leaveSums(ThreadPlace at, const Staged& staged, const Own& own) const {
        const SumPlan& plan = this->source.fused.sums;
        const int64_t n = own.cut.firstColumn + at.thread;
        if (at.thread >= width || n >= this->source.size.columns) return;
        const int64_t channel = own.cut.batch * this->source.size.columns + n;
        for (int which = 0; which < plan.count; ++which) {
            Statistics all = Statistics::none();
            for (int part = 0; part < parts; ++part)
                plan.join(which, all, staged.part[which][part * width + at.thread]);
            left[plan.place(which, channel, own.cut.firstRow / height)] = all;
        }
    }
};

}  // namespace vitrine::kernels::cuda

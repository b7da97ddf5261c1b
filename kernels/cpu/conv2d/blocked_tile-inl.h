// SPDX-License-Identifier: Apache-2.0
// Tiles of convolutions with 16 channels in a line: the sums of neighbouring results × channels
// that registers hold, how they begin, and what is done to them before they are stored.
#if defined(VITRINE_KERNELS_CPU_CONV2D_BLOCKED_TILE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_KERNELS_CPU_CONV2D_BLOCKED_TILE_INL_H_
#undef VITRINE_KERNELS_CPU_CONV2D_BLOCKED_TILE_INL_H_
#else
#define VITRINE_KERNELS_CPU_CONV2D_BLOCKED_TILE_INL_H_
#endif

#include "kernels/cpu/conv2d/blocked.h"
#include "kernels/cpu/finish-inl.h"
#include "kernels/cpu/upcoming.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::blocked_gather::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
namespace steps = cpu::HWY_NAMESPACE;
using D = steps::Floats;
using Vec = steps::FloatVector;
constexpr D d{};
constexpr int lanes = static_cast<int>(hn::MaxLanes(D()));
constexpr int blockVectors = blockWidth / lanes;

/// An image that is added to the results of a row.
struct Added {
    const float* data = nullptr;  ///< result column 0, first block of the band; may be null
    int64_t step = 0, plane = 0;
    int64_t gap = 0;  ///< like resultGap
};

/// What the tiles of a row share.
struct Row {
    const float* source;  ///< source pixel of result column 0 without tap, first block of the chunk
    int64_t sourceStep, sourcePlane;
    const GatherTap* taps;
    int64_t tapCount;
    const float* packed;
    int64_t blocks, lastChannels;  ///< of the chunk
    int64_t blockFloats;           ///< packed floats of one source block
    int64_t tapFloats;             ///< and of one tap of it
    float* result;
    int64_t resultStep, resultPlane;
    int64_t resultColumns;  ///< where results begin a new line of their plane: joined rows only
    int64_t resultGap;      ///< floats that lie between those lines
    const float* bias;      ///< added by the first chunk; may be null
    const float* gate;      ///< may be null
    bool first, last;       ///< chunk of the sum
    Finish finish;          ///< of the last chunk
    const cpu::FinishLines* channels;  ///< its numbers by channel
    Added added;
    Aheads *own, *next, *upcoming;  ///< for this band, for the next visit, and for after the part
    int64_t ahead;  ///< packed floats to those of the next chunk, to be fetched now; 0: none
    int64_t results, done;         ///< of the visit: pixels, and those that are made
    int64_t aheadBegin, aheadEnd;  ///< this tile's share of the lines of each tap and block
    bool neighbours;  ///< taps come in threes, each one result further than the one before
};

template <int P, int V>
using Tile = Vec[P][V];

constexpr int64_t vectorOffset(int v, int64_t plane) {
    return v / blockVectors * plane + v % blockVectors * lanes;
}

template <int P, int V>
HWY_INLINE void start(Tile<P, V>& sums, const Row& row) {
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) {
        const bool biased = row.first && row.bias;
        const Vec first = biased ? hn::LoadU(d, row.bias + v * lanes) : hn::Zero(d);
#pragma GCC unroll 16
        for (int p = 0; p < P; ++p) sums[p][v] = first;
    }
}

/// Goes from result to result of a tile, in an image that may begin new lines between them.
class Walk {
  public:
    HWY_INLINE Walk(const Row& row, int64_t j, int64_t step, int64_t gap)
        : m_at(j * step), m_step(step), m_gap(gap), m_columns(row.resultColumns) {
        const int64_t lines = j / m_columns;
        m_at += lines * gap;
        m_left = m_columns - (j - lines * m_columns);
    }
    HWY_INLINE int64_t at() const { return m_at; }
    HWY_INLINE void next() {
        m_at += m_step;
        if (--m_left != 0) return;
        m_at += m_gap;
        m_left = m_columns;
    }

  private:
    int64_t m_at, m_step, m_gap, m_columns, m_left = 0;
};

/// Calls visit(sum, floats from pixel (0, 0) of the row) for every sum of the tile.
template <int P, int V, class Visit>
HWY_INLINE void forEachSum(Tile<P, V>& sums, Walk walk, int64_t plane, Visit visit) {
#pragma GCC unroll 16
    for (int p = 0; p < P; ++p) {
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v) visit(sums[p][v], walk.at() + vectorOffset(v, plane));
        walk.next();
    }
}

/// The steps behind a sum.
template <int P, int V>
HWY_INLINE void takeSteps(Tile<P, V>& sums, const Row& row, int64_t j) {
    if (row.finish.normalizes()) {
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v) {
            const steps::Affine affine{hn::Load(d, row.channels->center + v * lanes),
                                       hn::Load(d, row.channels->scale + v * lanes),
                                       hn::Load(d, row.channels->shift + v * lanes)};
#pragma GCC unroll 16
            for (int p = 0; p < P; ++p) sums[p][v] = affine(sums[p][v]);
        }
    }
    if (row.added.data)
        forEachSum<P, V>(sums, Walk(row, j, row.added.step, row.added.gap), row.added.plane,
                         [&](Vec& sum, int64_t at)
                             HWY_ATTR { sum = hn::Add(sum, hn::LoadU(d, row.added.data + at)); });
    steps::withActivation(row.finish, [&](auto activation) HWY_ATTR {
#pragma GCC unroll 16
        for (int p = 0; p < P; ++p) {
#pragma GCC unroll 4
            for (int v = 0; v < V; ++v) sums[p][v] = activation(sums[p][v]);
        }
    });
}

/// Results from number j on: adds what earlier chunks gave (they keep sums short, and so exact),
/// and finishes them.
template <int P, int V>
HWY_INLINE void finish(Tile<P, V>& sums, const Row& row, int64_t j) {
    const Walk results(row, j, row.resultStep, row.resultGap);
    if (!row.first)
        forEachSum<P, V>(sums, results, row.resultPlane, [&](Vec& sum, int64_t at) HWY_ATTR {
            sum = hn::Add(hn::LoadU(d, row.result + at), sum);
        });
    if (row.last) takeSteps<P, V>(sums, row, j);
    if (row.last && row.gate)
        forEachSum<P, V>(sums, results, row.resultPlane, [&](Vec& sum, int64_t at) HWY_ATTR {
            sum = steps::reluGate(sum, hn::LoadU(d, row.gate + at));
        });
    forEachSum<P, V>(sums, results, row.resultPlane, [&](const Vec& sum, int64_t at) HWY_ATTR {
        hn::StoreU(sum, d, row.result + at);
    });
}

/// A tile's share of all that is read and written besides.
HWY_INLINE void askAhead(const Row& row) {
    row.own->ask();
    row.next->ask();
    row.upcoming->ask();
}

/// Into the second-level cache: what is in use keeps the first.
HWY_INLINE void prefetchFilters(const Row& row, const float* w) {
    for (int64_t line = row.aheadBegin; line < row.aheadEnd; ++line)
        __builtin_prefetch(w + row.ahead + line * blockWidth, 0, 2);
}

}  // namespace
}  // namespace vitrine::kernels::blocked_gather::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif

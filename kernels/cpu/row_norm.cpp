// SPDX-License-Identifier: Apache-2.0
// Normalisation of rows in Highway. A row comes from memory once: its moments, the sums that the
// gradient needs and the result are made while it is in the caches, so that a pass runs at the
// speed of copying; made of separate operators, forward took 8 passes and backward 14.
// Sums: vectors of floats over up to 64 of them, these in double. Gradients of scales that each
// stand for one column grow in floats over 64 rows, these in double, and parts add up in order.
#include "kernels/cpu/row_norm.h"

#include <algorithm>
#include <cmath>

#include "kernels/cpu/choice.h"
#include "kernels/cpu/cut.h"
#include "kernels/cpu/rows.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/row_norm.cpp"
#include "hwy/foreach_target.h"
//
#include "hwy/highway.h"
#include "kernels/cpu/access-inl.h"

#ifndef VITRINE_KERNELS_CPU_ROW_NORM_BOUND
#define VITRINE_KERNELS_CPU_ROW_NORM_BOUND
namespace vitrine::kernels::cpu {

inline constexpr int64_t pieceVectors = 64;  ///< that sums of floats go over
inline constexpr int64_t flushedRows = 64;   ///< the same, of rows
/// Rows that go through each stage together, and their elements: one alone would wait for its own
/// sums, quotient and root, while together they stay in the first-level cache.
inline constexpr int64_t togetherRows = 16, togetherElements = 4096;

struct BoundRowNorm {
    RowNormProblem problem;
    Cut rows;    ///< of the first phase
    Cut scales;  ///< of the second, which adds up gradients of scales and shifts

    /// Each column has a scale of its own: gradients grow over the rows of a part. Else they are
    /// sums over runs of a row, kept for each row.
    bool isByColumn() const { return problem.run() == 1; }
    /// Sums for dscale, then as many for dshift, of each part or row.
    int64_t sumsApart() const { return isByColumn() ? problem.scales : problem.scalesOfRow(); }
    int64_t sumsBytes() const {
        return isByColumn() ? rows.parts * 2 * problem.scales * 8
                            : problem.n * 2 * problem.scalesOfRow() * 4;
    }
};

/// The mean in two parts, as numbers close to it keep digits that it has not in one.
struct RowMoments {
    float mean = 0, rest = 0;
    float inverse = 0;  ///< 1 / √(variance + epsilon)
};

}  // namespace vitrine::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, blockWidth>;
using Vector = hn::Vec<Floats>;
constexpr int64_t lanes = hn::MaxLanes(Floats()), pieceElements = pieceVectors * lanes;

/// Calls body(i, access) for the vectors of [0, count).
template <class Body>
HWY_INLINE void forVectors(int64_t count, Body body) {
    int64_t i = 0;
    for (; i + lanes <= count; i += lanes) body(i, Whole{});
    if (i < count) body(i, Partial{count - i});
}

HWY_INLINE Vector kept(Whole, Vector v) { return v; }
/// Lanes that are not there add nothing.
HWY_INLINE Vector kept(Partial access, Vector v) {
    const Floats d;
    return hn::IfThenElseZero(hn::FirstN(d, static_cast<size_t>(access.count)), v);
}

HWY_INLINE double total(Vector v) {
    const Floats d;
    return static_cast<double>(hn::GetLane(hn::SumOfLanes(d, v)));
}

/// Σ term(i, access) over [0, count).
template <class Term>
HWY_INLINE double sumOf(int64_t count, Term term) {
    const Floats d;
    double sum = 0;
    for (int64_t start = 0; start < count; start += pieceElements) {
        const int64_t end = std::min(count, start + pieceElements);
        Vector first = hn::Zero(d), second = hn::Zero(d);
        int64_t i = start;
        for (; i + 2 * lanes <= end; i += 2 * lanes) {
            first = hn::Add(first, term(i, Whole{}));
            second = hn::Add(second, term(i + lanes, Whole{}));
        }
        for (; i + lanes <= end; i += lanes) first = hn::Add(first, term(i, Whole{}));
        if (i < end) second = hn::Add(second, term(i, Partial{end - i}));
        sum += total(hn::Add(first, second));
    }
    return sum;
}

/// x − mean.
struct Centre {
    Vector mean, rest;

    HWY_INLINE explicit Centre(RowMoments row)
        : mean(hn::Set(Floats(), row.mean)), rest(hn::Set(Floats(), row.rest)) {}
    HWY_INLINE Vector of(Vector x) const { return hn::Sub(hn::Sub(x, mean), rest); }
};

/// Σ (x − mean) and Σ (x − mean)² of a row.
struct CentredSums {
    double plain = 0, squares = 0;
};

HWY_INLINE CentredSums centredSums(const float* x, RowMoments row, int64_t c) {
    const Floats d;
    const Centre centre(row);
    CentredSums sums;
    for (int64_t start = 0; start < c; start += pieceElements) {
        Vector some = hn::Zero(d), square = hn::Zero(d);
        forVectors(std::min(pieceElements, c - start), [&](int64_t i, auto access) HWY_ATTR {
            const auto apart = kept(access, centre.of(access.load(d, x + start + i)));
            some = hn::Add(some, apart);
            square = hn::MulAdd(apart, apart, square);
        });
        sums.plain += total(some);
        sums.squares += total(square);
    }
    return sums;
}

/// Those of some rows on end, stage by stage. The mean of floats is right to their digits; what it
/// lacks is the mean of x − mean, and the variance that of their squares less its square.
struct Moments {
    RowMoments rows[togetherRows];

    HWY_INLINE Moments(const float* x, int64_t count, int64_t c, double epsilon) {
        const Floats d;
        const double share = 1 / static_cast<double>(c);
        CentredSums sums[togetherRows];
        for (int64_t i = 0; i < count; ++i) {
            const float* const from = x + i * c;
            const auto plain = [&](int64_t k, auto access)
                                   HWY_ATTR { return access.load(d, from + k); };
            rows[i] = {.mean = static_cast<float>(sumOf(c, plain) * share)};
        }
        for (int64_t i = 0; i < count; ++i) sums[i] = centredSums(x + i * c, rows[i], c);
        for (int64_t i = 0; i < count; ++i) {
            const double rest = sums[i].plain * share;
            const double variance = std::max(sums[i].squares * share - rest * rest, 0.0);
            rows[i].rest = static_cast<float>(rest);
            rows[i].inverse = static_cast<float>(1 / std::sqrt(variance + epsilon));
        }
    }
};

/// Rows from i on that go together.
HWY_INLINE int64_t rowsFrom(int64_t i, int64_t end, int64_t c) {
    const int64_t together =
        HWY_MIN(togetherRows, HWY_MAX(togetherElements / HWY_MAX(c, int64_t{1}), int64_t{1}));
    return HWY_MIN(together, end - i);
}

HWY_INLINE void normalizeColumns(const float* x, RowMoments row, const float* scale,
                                 const float* shift, int64_t c, float* y) {
    const Floats d;
    const Centre centre(row);
    const auto inverse = hn::Set(d, row.inverse);
    forVectors(c, [&](int64_t i, auto access) HWY_ATTR {
        const auto normal = hn::Mul(centre.of(access.load(d, x + i)), inverse);
        access.store(d, hn::MulAdd(normal, access.load(d, scale + i), access.load(d, shift + i)),
                     y + i);
    });
}

HWY_INLINE void normalizeRuns(const float* x, RowMoments row, const float* scale,
                              const float* shift, const RowNormProblem& problem, float* y) {
    const Floats d;
    const Centre centre(row);
    const int64_t run = problem.run();
    for (int64_t k = 0; k < problem.scalesOfRow(); ++k, x += run, y += run) {
        const auto factor = hn::Set(d, row.inverse * scale[k]), offset = hn::Set(d, shift[k]);
        forVectors(run, [&](int64_t i, auto access) HWY_ATTR {
            const auto centred = centre.of(access.load(d, x + i));
            access.store(d, hn::MulAdd(centred, factor, offset), y + i);
        });
    }
}

void runForward(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& bound = *static_cast<const BoundRowNorm*>(problem);
    const RowNormProblem& p = bound.problem;
    const auto* const from = static_cast<const float*>(operands[0]);
    const int64_t end = bound.rows.end(part);
    for (int64_t first = bound.rows.begin(part), count = 0; first < end; first += count) {
        count = rowsFrom(first, end, p.c);
        const Moments moments(from + first * p.c, count, p.c, p.epsilon);
        for (int64_t i = first; i < first + count; ++i) {
            const int64_t block = i % p.blocks * p.scalesOfRow();
            const float* scale = static_cast<const float*>(operands[1]) + block;
            const float* shift = static_cast<const float*>(operands[2]) + block;
            float* y = static_cast<float*>(operands[3]) + i * p.c;
            const RowMoments row = moments.rows[i - first];
            if (bound.isByColumn())
                normalizeColumns(from + i * p.c, row, scale, shift, p.c, y);
            else
                normalizeRuns(from + i * p.c, row, scale, shift, p, y);
        }
    }
}

/// Σ g and Σ g (x − mean) of a row.
struct GradientSums {
    double g = 0, along = 0;
};

/// Adds dy · x̂ and dy to the sums of their columns.
HWY_INLINE GradientSums sumColumns(const float* dy, const float* x, RowMoments row,
                                   const float* scale, int64_t c, float* dscale, float* dshift) {
    const Floats d;
    const Centre centre(row);
    const auto inverse = hn::Set(d, row.inverse);
    GradientSums sums;
    for (int64_t start = 0; start < c; start += pieceElements) {
        Vector ofG = hn::Zero(d), along = hn::Zero(d);
        forVectors(std::min(pieceElements, c - start), [&](int64_t k, auto access) HWY_ATTR {
            const int64_t i = start + k;
            const auto some = access.load(d, dy + i);
            const auto centred = centre.of(access.load(d, x + i));
            const auto g = hn::Mul(some, access.load(d, scale + i));
            ofG = hn::Add(ofG, g);
            along = hn::MulAdd(g, centred, along);
            const auto before = access.load(d, dscale + i);
            access.store(d, hn::MulAdd(hn::Mul(some, inverse), centred, before), dscale + i);
            access.store(d, hn::Add(access.load(d, dshift + i), some), dshift + i);
        });
        sums.g += total(ofG);
        sums.along += total(along);
    }
    return sums;
}

/// Leaves Σ dy · x̂ and Σ dy of each run.
HWY_INLINE GradientSums sumRuns(const float* dy, const float* x, RowMoments row, const float* scale,
                                const RowNormProblem& problem, float* dscale, float* dshift) {
    const Floats d;
    const Centre centre(row);
    const int64_t run = problem.run();
    GradientSums sums;
    for (int64_t k = 0; k < problem.scalesOfRow(); ++k, dy += run, x += run) {
        const double plain =
            sumOf(run, [&](int64_t i, auto access) HWY_ATTR { return access.load(d, dy + i); });
        const double along = sumOf(run, [&](int64_t i, auto access) HWY_ATTR {
            return hn::Mul(access.load(d, dy + i), centre.of(access.load(d, x + i)));
        });
        dscale[k] = static_cast<float>(along * static_cast<double>(row.inverse));
        dshift[k] = static_cast<float>(plain);
        sums.g += plain * static_cast<double>(scale[k]);
        sums.along += along * static_cast<double>(scale[k]);
    }
    return sums;
}

/// dx = r dy · scale + (x − mean) slope + offset.
struct Gradient {
    float inverse, slope, offset;

    Gradient(RowMoments row, const GradientSums& sums, int64_t c) : inverse(row.inverse) {
        const auto r = static_cast<double>(row.inverse), count = static_cast<double>(c);
        slope = static_cast<float>(-r * r * r * sums.along / count);
        offset = static_cast<float>(-r * sums.g / count);
    }
};

HWY_INLINE void gradientOfRow(const float* dy, const float* x, RowMoments row, const float* scale,
                              const BoundRowNorm& bound, const Gradient& gradient, float* dx) {
    const Floats d;
    const Centre centre(row);
    const auto slope = hn::Set(d, gradient.slope), offset = hn::Set(d, gradient.offset);
    const auto leave = [&](int64_t i, auto access, Vector factor) HWY_ATTR {
        const auto centred = centre.of(access.load(d, x + i));
        const auto rest = hn::MulAdd(centred, slope, offset);
        access.store(d, hn::MulAdd(access.load(d, dy + i), factor, rest), dx + i);
    };
    if (bound.isByColumn()) {
        const auto inverse = hn::Set(d, gradient.inverse);
        return forVectors(bound.problem.c, [&](int64_t i, auto access) HWY_ATTR {
            leave(i, access, hn::Mul(access.load(d, scale + i), inverse));
        });
    }
    const int64_t run = bound.problem.run();
    for (int64_t k = 0; k < bound.problem.scalesOfRow(); ++k, dy += run, x += run, dx += run) {
        const auto factor = hn::Set(d, scale[k] * gradient.inverse);
        forVectors(run, [&](int64_t i, auto access) HWY_ATTR { leave(i, access, factor); });
    }
}

/// The rows of a part, by columns: their sums grow in `some` and move to `sums` now and then.
class ColumnSums {
  public:
    ColumnSums(const BoundRowNorm& bound, Workspace workspace, int64_t part)
        : m_count(2 * bound.problem.scales),
          m_sums(static_cast<double*>(workspace.shared) + part * m_count),
          m_some(static_cast<float*>(workspace.own)) {
        std::fill_n(m_sums, m_count, 0.0);
        std::fill_n(m_some, m_count, 0.0f);
    }
    float* dscale() { return m_some; }
    float* dshift() { return m_some + m_count / 2; }
    void endRow(bool isLast) {
        if (++m_rows % flushedRows != 0 && !isLast) return;
        for (int64_t i = 0; i < m_count; ++i) m_sums[i] += static_cast<double>(m_some[i]);
        std::fill_n(m_some, m_count, 0.0f);
    }

  private:
    int64_t m_count, m_rows = 0;
    double* m_sums;
    float* m_some;
};

/// Operands of row i.
struct RowOperands {
    const float *dy, *x, *scale;
    float* dx;

    RowOperands(const RowNormProblem& p, void* const* operands, int64_t i)
        : dy(static_cast<const float*>(operands[0]) + i * p.c),
          x(static_cast<const float*>(operands[1]) + i * p.c),
          scale(static_cast<const float*>(operands[2]) + i % p.blocks * p.scalesOfRow()),
          dx(static_cast<float*>(operands[3]) + i * p.c) {}
};

void rowsByColumn(const BoundRowNorm& bound, void* const* operands, Workspace workspace,
                  int64_t part) {
    const RowNormProblem& p = bound.problem;
    const int64_t end = bound.rows.end(part);
    ColumnSums columns(bound, workspace, part);
    for (int64_t first = bound.rows.begin(part), count = 0; first < end; first += count) {
        count = rowsFrom(first, end, p.c);
        const Moments moments(RowOperands(p, operands, first).x, count, p.c, p.epsilon);
        for (int64_t i = first; i < first + count; ++i) {
            const RowOperands o(p, operands, i);
            const int64_t block = i % p.blocks * p.c;
            const RowMoments row = moments.rows[i - first];
            const GradientSums sums = sumColumns(
                o.dy, o.x, row, o.scale, p.c, columns.dscale() + block, columns.dshift() + block);
            gradientOfRow(o.dy, o.x, row, o.scale, bound, Gradient(row, sums, p.c), o.dx);
            columns.endRow(i + 1 == end);
        }
    }
}

void rowsByRun(const BoundRowNorm& bound, void* const* operands, Workspace workspace,
               int64_t part) {
    const RowNormProblem& p = bound.problem;
    const int64_t apart = bound.sumsApart();
    for (int64_t i = bound.rows.begin(part); i < bound.rows.end(part); ++i) {
        const RowOperands o(p, operands, i);
        float* sumsOfRow = static_cast<float*>(workspace.shared) + 2 * apart * i;
        const RowMoments row = Moments(o.x, 1, p.c, p.epsilon).rows[0];
        const GradientSums sums = sumRuns(o.dy, o.x, row, o.scale, p, sumsOfRow, sumsOfRow + apart);
        gradientOfRow(o.dy, o.x, row, o.scale, bound, Gradient(row, sums, p.c), o.dx);
    }
}

/// dscale[s] and dshift[s] from what parts, or rows, left.
template <class Number>
void addUp(const BoundRowNorm& bound, const Number* sums, int64_t s, void* const* operands) {
    const RowNormProblem& p = bound.problem;
    const int64_t apart = bound.sumsApart(), block = s / p.scalesOfRow();
    const int64_t first = bound.isByColumn() ? 0 : block, step = bound.isByColumn() ? 1 : p.blocks,
                  end = bound.isByColumn() ? bound.rows.parts : p.n;
    const int64_t place = bound.isByColumn() ? s : s % apart;
    double dscale = 0, dshift = 0;
    for (int64_t i = first; i < end; i += step) {
        dscale += static_cast<double>(sums[2 * apart * i + place]);
        dshift += static_cast<double>(sums[2 * apart * i + apart + place]);
    }
    static_cast<float*>(operands[4])[s] = static_cast<float>(dscale);
    static_cast<float*>(operands[5])[s] = static_cast<float>(dshift);
}

void runBackward(const void* problem, void* const* operands, Workspace workspace, int phase,
                 int64_t part) {
    const auto& bound = *static_cast<const BoundRowNorm*>(problem);
    if (phase == 0)
        return bound.isByColumn() ? rowsByColumn(bound, operands, workspace, part)
                                  : rowsByRun(bound, operands, workspace, part);
    for (int64_t s = bound.scales.begin(part); s < bound.scales.end(part); ++s) {
        if (bound.isByColumn())
            addUp(bound, static_cast<const double*>(workspace.shared), s, operands);
        else
            addUp(bound, static_cast<const float*>(workspace.shared), s, operands);
    }
}

Choice chooseForward() { return {runForward, hwy::TargetName(HWY_TARGET)}; }
Choice chooseBackward() { return {runBackward, hwy::TargetName(HWY_TARGET)}; }

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace vitrine::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels::cpu {

HWY_EXPORT(chooseForward);
HWY_EXPORT(chooseBackward);

namespace {

constexpr int64_t mostParts = 64;  // each keeps sums of all columns

}  // namespace

Kernel bindRowNorm(const RowNormProblem& problem) {
    const BoundRowNorm bound{problem, cut(problem.n, problem.c, partElements), {}};
    return bindVector("row_norm", Layout::RowMajor, bound, HWY_DYNAMIC_DISPATCH(chooseForward)(),
                      bound.rows.parts);
}

Kernel bindRowNormBackward(const RowNormProblem& problem) {
    BoundRowNorm bound{problem, cut(problem.n, problem.c, partElements), {}};
    if (bound.isByColumn()) bound.rows.parts = std::min(bound.rows.parts, mostParts);
    const int64_t each = bound.isByColumn() ? bound.rows.parts : problem.n / problem.blocks;
    bound.scales = cut(problem.scales, 2 * each, partElements);
    Kernel kernel = bindVector("row_norm.backward", Layout::RowMajor, bound,
                               HWY_DYNAMIC_DISPATCH(chooseBackward)(), bound.rows.parts);
    kernel.phases = 2;
    kernel.parts[1] = bound.scales.parts;
    kernel.workspaceBytes = bound.sumsBytes();
    if (bound.isByColumn())
        kernel.scratchBytes = 2 * problem.scales * static_cast<int64_t>(sizeof(float));
    return kernel;
}

}  // namespace vitrine::kernels::cpu
#endif

// SPDX-License-Identifier: Apache-2.0
// Functions element by element on row-major operands as they lie: with strides, repeated along
// axes, in any floating-point type. Blocks are gathered into L1, worked on there in float (double
// for f64) and written back.
#include "kernels/cpu/pointwise_strided.h"

#include <algorithm>
#include <type_traits>

#include "kernels/api/half.h"
#include "kernels/cpu/cut.h"
#include "kernels/cpu/pointwise.h"
#include "kernels/cpu/strided.h"
#include "kernels/dispatch/bind.h"
#include "kernels/reference/pointwise.h"

namespace vitrine::kernels::cpu {
namespace {

constexpr int64_t blockElements = 1024;
constexpr int64_t grainElements = 16 * 1024;

/// How an operand lies in a block of rows: `rowStep` from row to row, `step` within one.
struct Lie {
    int64_t step, rowStep;
};

struct Plan {
    Pointwise function;
    double p, q;
    int inputs;
    RowFunction row;      ///< for what is worked on in float
    StridedWalk<4> walk;  ///< a, b, c, y
    Cut rows;

    Lie lie(int k) const {
        const bool hasRows = walk.rank > 1;
        const auto next = static_cast<size_t>(walk.rank - 2), operand = static_cast<size_t>(k);
        return {walk.step(k), hasRows ? walk.strides[next][operand] : 0};
    }
    /// Rows from number `first` on that lie alike in every operand.
    int64_t rowsOnFrom(int64_t first) const {
        if (walk.rank < 2) return 1;
        const int64_t extent = walk.shape[static_cast<size_t>(walk.rank - 2)];
        return extent - first % extent;
    }
};

struct Half {
    using Number = float;
    static float load(uint16_t code) { return halfToFloat(code); }
    static uint16_t store(float x) { return floatToHalf(x); }
};
struct Brain {
    using Number = float;
    static float load(uint16_t code) { return brainToFloat(code); }
    static uint16_t store(float x) { return floatToBrain(x); }
};
template <class T>
struct Plain {
    using Number = T;
    static T load(T x) { return x; }
    static T store(T x) { return x; }
};

/// Blocks of an operand as numbers on end: where they lie so, it is them that are read; what
/// repeats is written once for as long as it does.
template <class Stored, class Format>
class BlockReader {
    using Number = typename Format::Number;

  public:
    explicit BlockReader(Lie lie) : m_lie(lie) {}

    const Number* block(const Stored* from, int64_t rows, int64_t width) {
        if constexpr (std::is_same_v<Stored, Number>)
            if (m_lie.step == 1 && (rows == 1 || m_lie.rowStep == width)) return from;
        const bool repeats = m_lie.rowStep == 0 || (rows == 1 && m_lie.step == 0);
        if (repeats && from == m_written && rows * width <= m_count) return m_block;
        for (int64_t row = 0; row < rows; ++row)
            write(from + row * m_lie.rowStep, width, m_block + row * width);
        m_written = from;
        m_count = rows * width;
        return m_block;
    }

  private:
    void write(const Stored* from, int64_t width, Number* to) const {
        if (m_lie.step == 0) {
            std::fill_n(to, width, Format::load(*from));
            return;
        }
        if (m_lie.step == 1)
            for (int64_t i = 0; i < width; ++i) to[i] = Format::load(from[i]);
        else
            for (int64_t i = 0; i < width; ++i) to[i] = Format::load(from[i * m_lie.step]);
    }

    Lie m_lie;
    const Stored* m_written = nullptr;  ///< what m_block holds
    int64_t m_count = 0;
    Number m_block[blockElements];
};

/// Works on blocks of `rows` rows of `width` numbers.
template <class Stored, class Format>
class Blocks {
    using Number = typename Format::Number;

  public:
    explicit Blocks(const Plan& plan)
        : m_plan(plan), m_a(plan.lie(0)), m_b(plan.lie(1)), m_c(plan.lie(2)), m_y(plan.lie(3)) {}

    void apply(std::array<const Stored*, 3> from, Stored* y, int64_t rows, int64_t width) {
        const Number* const a = m_a.block(from[0], rows, width);
        const Number* const b = m_plan.inputs > 1 ? m_b.block(from[1], rows, width) : a;
        const Number* const c = m_plan.inputs > 2 ? m_c.block(from[2], rows, width) : a;
        const int64_t count = rows * width;
        Number* result = m_block;
        if constexpr (std::is_same_v<Stored, Number>)
            if (m_y.step == 1 && (rows == 1 || m_y.rowStep == width)) result = y;
        if constexpr (std::is_same_v<Number, float>)
            m_plan.row({a, b, c}, result, count, parameters(m_plan.p, m_plan.q));
        else
            reference::applyRow(m_plan.function, {m_plan.p, m_plan.q}, {a, b, c}, result, count);
        if (result != m_block) return;
        for (int64_t row = 0; row < rows; ++row)
            for (int64_t i = 0; i < width; ++i)
                y[row * m_y.rowStep + i * m_y.step] = Format::store(m_block[row * width + i]);
    }

  private:
    const Plan& m_plan;
    BlockReader<Stored, Format> m_a, m_b, m_c;
    Lie m_y;
    Number m_block[blockElements];
};

template <class Stored, class Format>
void run(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& plan = *static_cast<const Plan*>(problem);
    const auto operand = [&](int k) {
        return static_cast<const Stored*>(operands[k < plan.inputs ? k : 0]);
    };
    auto* const y = static_cast<Stored*>(operands[plan.inputs]);
    Blocks<Stored, Format> blocks(plan);
    const int64_t width = plan.walk.width(), piece = std::min(width, blockElements);
    const int64_t most = std::max<int64_t>(1, blockElements / width);
    for (int64_t row = plan.rows.begin(part); row < plan.rows.end(part);) {
        const int64_t rows = std::min({most, plan.rows.end(part) - row, plan.rowsOnFrom(row)});
        const auto at = plan.walk.rowOffsets(row);
        for (int64_t first = 0; first < width; first += piece) {
            const auto from = [&](int k) {
                return operand(k) + at[static_cast<size_t>(k)] + first * plan.walk.step(k);
            };
            blocks.apply({from(0), from(1), from(2)}, y + at[3] + first * plan.walk.step(3), rows,
                         std::min(piece, width - first));
        }
        row += rows;
    }
}

Kernel::Run runOf(DType type) {
    switch (type) {
        case DType::F16:
            return run<uint16_t, Half>;
        case DType::BF16:
            return run<uint16_t, Brain>;
        case DType::F32:
            return run<float, Plain<float>>;
        case DType::F64:
            return run<double, Plain<double>>;
        default:
            return nullptr;
    }
}

}  // namespace

Kernel bindPointwiseStrided(const PointwiseProblem& problem) {
    if (problem.y.layout != Layout::RowMajor)
        return refuse("strided: wants row-major, got " + std::string(layoutName(problem.y.layout)));
    const Kernel::Run chosen = runOf(problem.y.dtype);
    if (!chosen) return refuse("strided: wants floats, got " + std::string(name(problem.y.dtype)));
    const int inputs = operandsOf(problem.function);
    const Strided y = stridesOf(problem.y);
    const auto operand = [&](const Operand& own, int k) {
        return broadcastTo(stridesOf(k < inputs ? own : problem.a), y);
    };
    const Strided operands[] = {operand(problem.a, 0), operand(problem.b, 1), operand(problem.c, 2),
                                y};
    StridedWalk<4> walk(operands);
    walk.cutRows();
    const Plan plan{problem.function,
                    problem.p,
                    problem.q,
                    inputs,
                    rowFunction(problem.function),
                    walk,
                    cut(walk.rows(), walk.width(), grainElements)};
    Kernel kernel = bindKernel("pointwise." + std::string(name(problem.function)) +
                                   " row-major strided " + std::string(name(problem.y.dtype)),
                               plan, chosen);
    kernel.parts[0] = plan.rows.parts;
    return kernel;
}

}  // namespace vitrine::kernels::cpu

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

constexpr int64_t blockElements = 256;
constexpr int64_t grainElements = 16 * 1024;

struct Plan {
    Pointwise function;
    double p, q;
    int inputs;
    RowFunction row;      ///< for what is worked on in float
    StridedWalk<4> walk;  ///< a, b, c, y
    Cut rows;
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

/// Blocks of an operand's row as numbers on end: where they lie so, it is them that are read; one
/// that repeats is written once.
template <class Stored, class Format>
class RowReader {
    using Number = typename Format::Number;

  public:
    RowReader(const Stored* row, int64_t step, int64_t width) : m_row(row), m_step(step) {
        if (step == 0) std::fill_n(m_block, std::min(width, blockElements), Format::load(*row));
    }
    const Number* block(int64_t first, int64_t count) {
        if (m_step == 0) return m_block;
        if constexpr (std::is_same_v<Stored, Number>)
            if (m_step == 1) return m_row + first;
        for (int64_t i = 0; i < count; ++i) m_block[i] = Format::load(m_row[(first + i) * m_step]);
        return m_block;
    }

  private:
    const Stored* m_row;
    int64_t m_step;
    Number m_block[blockElements];
};

template <class Stored, class Format>
void runRow(const Plan& plan, std::array<const Stored*, 3> from, Stored* y) {
    using Number = typename Format::Number;
    const StridedWalk<4>& walk = plan.walk;
    RowReader<Stored, Format> as(from[0], walk.step(0), walk.width()),
        bs(from[1], walk.step(1), walk.width()), cs(from[2], walk.step(2), walk.width());
    Number block[blockElements];
    for (int64_t first = 0; first < walk.width(); first += blockElements) {
        const int64_t count = std::min(blockElements, walk.width() - first);
        const Number* const a = as.block(first, count);
        const Number* const b = plan.inputs > 1 ? bs.block(first, count) : a;
        const Number* const c = plan.inputs > 2 ? cs.block(first, count) : a;
        Number* result = block;
        if constexpr (std::is_same_v<Stored, Number>)
            if (walk.step(3) == 1) result = y + first;
        if constexpr (std::is_same_v<Number, float>)
            plan.row({a, b, c}, result, count, parameters(plan.p, plan.q));
        else
            reference::applyRow(plan.function, {plan.p, plan.q}, {a, b, c}, result, count);
        if (result != block) continue;
        for (int64_t i = 0; i < count; ++i) y[(first + i) * walk.step(3)] = Format::store(block[i]);
    }
}

template <class Stored, class Format>
void run(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& plan = *static_cast<const Plan*>(problem);
    const auto operand = [&](int k) {
        return static_cast<const Stored*>(operands[k < plan.inputs ? k : 0]);
    };
    auto* const y = static_cast<Stored*>(operands[plan.inputs]);
    for (int64_t row = plan.rows.begin(part); row < plan.rows.end(part); ++row) {
        const auto at = plan.walk.rowOffsets(row);
        runRow<Stored, Format>(plan, {operand(0) + at[0], operand(1) + at[1], operand(2) + at[2]},
                               y + at[3]);
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

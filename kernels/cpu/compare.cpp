// SPDX-License-Identifier: Apache-2.0
// Comparisons, logic and choices as they lie: with strides, repeated along axes.
#include "kernels/api/compare.h"

#include <type_traits>

#include "kernels/api/half.h"
#include "kernels/cpu/cut.h"
#include "kernels/cpu/strided.h"
#include "kernels/dispatch/bind.h"
#include "kernels/dispatch/choose.h"

namespace vitrine::kernels {
namespace {

using cpu::broadcastTo;
using cpu::StridedWalk;
using cpu::stridesOf;

constexpr int64_t grainElements = 16 * 1024;

/// Numbers of 16 bits are compared as floats.
enum class Half : uint16_t {};
enum class Brain : uint16_t {};

template <class Stored>
auto numberOf(Stored x) {
    if constexpr (std::is_same_v<Stored, Half>)
        return halfToFloat(static_cast<uint16_t>(x));
    else if constexpr (std::is_same_v<Stored, Brain>)
        return brainToFloat(static_cast<uint16_t>(x));
    else
        return x;
}

#define VITRINE_RELATION(Name, text, count, expression)                 \
    struct Name {                                                       \
        template <class T>                                              \
        static bool holds([[maybe_unused]] T a, [[maybe_unused]] T b) { \
            return expression;                                          \
        }                                                               \
    };
namespace relations {
VITRINE_RELATIONS(VITRINE_RELATION)
}
#undef VITRINE_RELATION

template <int operands>
struct Plan {
    StridedWalk<operands> walk;
    Cut rows;

    explicit Plan(std::span<const Strided, operands> all) : walk(all) {
        walk.cutRows();
        rows = cut(walk.rows(), walk.width(), grainElements);
    }
};

/// a, b, y; b is a where there is one operand.
template <class Name, class Stored>
void runCompare(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& [walk, rows] = *static_cast<const Plan<3>*>(problem);
    constexpr bool isUnary = std::is_same_v<Name, relations::Not>;
    const auto* const first = static_cast<const Stored*>(operands[0]);
    const auto* const second = static_cast<const Stored*>(operands[isUnary ? 0 : 1]);
    auto* const result = static_cast<uint8_t*>(operands[isUnary ? 1 : 2]);
    const int64_t aStep = walk.step(0), bStep = walk.step(1), yStep = walk.step(2);
    for (int64_t row = rows.begin(part); row < rows.end(part); ++row) {
        const auto at = walk.rowOffsets(row);
        const Stored *a = first + at[0], *b = second + at[1];
        uint8_t* y = result + at[2];
        for (int64_t i = 0; i < walk.width(); ++i)
            y[i * yStep] = Name::holds(numberOf(a[i * aStep]), numberOf(b[i * bStep]));
    }
}

/// condition, a, b, y.
template <class Bits>
void runSelect(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& [walk, rows] = *static_cast<const Plan<4>*>(problem);
    const int64_t cStep = walk.step(0), aStep = walk.step(1), bStep = walk.step(2),
                  yStep = walk.step(3);
    for (int64_t row = rows.begin(part); row < rows.end(part); ++row) {
        const auto at = walk.rowOffsets(row);
        const uint8_t* c = static_cast<const uint8_t*>(operands[0]) + at[0];
        const Bits* a = static_cast<const Bits*>(operands[1]) + at[1];
        const Bits* b = static_cast<const Bits*>(operands[2]) + at[2];
        Bits* y = static_cast<Bits*>(operands[3]) + at[3];
        for (int64_t i = 0; i < walk.width(); ++i)
            y[i * yStep] = c[i * cStep] != 0 ? a[i * aStep] : b[i * bStep];
    }
}

template <class Stored>
Kernel::Run compareOf(Relation relation) {
    constexpr Kernel::Run runs[] = {
#define VITRINE_RUN(Name, ...) runCompare<relations::Name, Stored>,
        VITRINE_RELATIONS(VITRINE_RUN)
#undef VITRINE_RUN
    };
    return runs[static_cast<int>(relation)];
}

Kernel::Run compareOf(Relation relation, DType type) {
    switch (type) {
        case DType::F16:
            return compareOf<Half>(relation);
        case DType::BF16:
            return compareOf<Brain>(relation);
        case DType::F32:
            return compareOf<float>(relation);
        case DType::F64:
            return compareOf<double>(relation);
        case DType::I8:
            return compareOf<int8_t>(relation);
        case DType::I16:
            return compareOf<int16_t>(relation);
        case DType::I32:
            return compareOf<int32_t>(relation);
        case DType::I64:
            return compareOf<int64_t>(relation);
        case DType::Bool:
        case DType::U8:
            return compareOf<uint8_t>(relation);
        case DType::U16:
            return compareOf<uint16_t>(relation);
        case DType::U32:
            return compareOf<uint32_t>(relation);
        case DType::U64:
            return compareOf<uint64_t>(relation);
        default:
            return nullptr;
    }
}

Kernel::Run selectOf(int64_t bytes) {
    return bytes == 1   ? runSelect<uint8_t>
           : bytes == 2 ? runSelect<uint16_t>
           : bytes == 4 ? runSelect<uint32_t>
                        : runSelect<uint64_t>;
}

template <int operands>
Kernel bound(std::string name, const Plan<operands>& plan, Kernel::Run run) {
    Kernel kernel = bindKernel(std::move(name), plan, run);
    kernel.parts[0] = plan.rows.parts;
    return kernel;
}

}  // namespace

Kernel selectCompare(const CompareProblem& problem) {
    const Kernel::Run run = compareOf(problem.relation, problem.a.dtype);
    const std::string type(name(problem.a.dtype));
    if (!run) return refuse("compare: wants floats, whole numbers or bool, got " + type);
    const bool isUnary = operandsOf(problem.relation) == 1;
    const Strided y = stridesOf(problem.y), a = broadcastTo(stridesOf(problem.a), y);
    const Strided all[] = {a, isUnary ? a : broadcastTo(stridesOf(problem.b), y), y};
    std::string text = "compare.";
    text.append(name(problem.relation)).append(" row-major strided ").append(type);
    return bound(std::move(text), Plan<3>(all), run);
}

Kernel selectSelect(const SelectProblem& problem) {
    const Strided y = stridesOf(problem.y);
    const Strided all[] = {broadcastTo(stridesOf(problem.condition), y),
                           broadcastTo(stridesOf(problem.a), y),
                           broadcastTo(stridesOf(problem.b), y), y};
    return bound("select row-major strided " + std::string(name(problem.y.dtype)), Plan<4>(all),
                 selectOf(sizeOf(problem.y.dtype)));
}

}  // namespace vitrine::kernels

// SPDX-License-Identifier: Apache-2.0
// Copies of row-major pieces: strided views, concatenation, zero padding.
#include "kernels/api/copy.h"

#include "kernels/cpu/cut.h"

#include <cstring>
#include <optional>

namespace vitrine::kernels {
namespace {

constexpr int64_t grainBytes = 64 * 1024;

/// A view with neighbouring extents merged where memory allows; the innermost extent last.
struct StridedPlan {
    int rank = 0;
    std::array<int64_t, Strided::maxRank> shape{}, strides{};
    Cut elements;

    void append(int64_t extent, int64_t stride) {
        if (extent == 1) return;
        const auto next = static_cast<size_t>(rank);
        if (rank > 0 && strides[next - 1] == stride * extent) {
            shape[next - 1] *= extent;
            strides[next - 1] = stride;
            return;
        }
        shape[next] = extent;
        strides[next] = stride;
        ++rank;
    }

    int64_t innerExtent() const { return rank == 0 ? 1 : shape[static_cast<size_t>(rank - 1)]; }
    int64_t innerStride() const { return rank == 0 ? 1 : strides[static_cast<size_t>(rank - 1)]; }

    /// Source offset of the first element of an innermost row.
    int64_t rowOffset(int64_t row) const {
        int64_t offset = 0;
        for (int axis = rank - 2; axis >= 0; --axis) {
            const auto a = static_cast<size_t>(axis);
            offset += row % shape[a] * strides[a];
            row /= shape[a];
        }
        return offset;
    }
};

template <class Element>
void runStridedCopy(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& plan = *static_cast<const StridedPlan*>(problem);
    const auto* x = static_cast<const Element*>(operands[0]);
    auto* y = static_cast<Element*>(operands[1]);
    const int64_t extent = plan.innerExtent();
    const int64_t stride = plan.innerStride();
    const int64_t end = plan.elements.end(part);
    for (int64_t at = plan.elements.begin(part); at < end;) {
        const int64_t column = at % extent;
        const int64_t count = std::min(extent - column, end - at);
        const Element* from = x + plan.rowOffset(at / extent) + column * stride;
        if (stride == 1) {
            std::memcpy(y + at, from, static_cast<size_t>(count) * sizeof(Element));
        } else {
            for (int64_t i = 0; i < count; ++i) y[at + i] = from[i * stride];
        }
        at += count;
    }
}

/// Elements of one axis lie on end, and of another one in the copy: squares of both are turned, so
/// that whole lines are read and written.
struct TurnPlan {
    StridedPlan view;
    int lying = 0;                   ///< the axis whose elements lie on end in the source
    int64_t outer = 1, between = 1;  ///< extents before and after it, but for the last
    Cut items = {};                  ///< stretches of `side` elements of it, for each place there

    static constexpr int64_t side = 32;
    int64_t extent() const { return view.shape[static_cast<size_t>(lying)]; }
    int64_t stretches() const { return (extent() + side - 1) / side; }
};

void turn(const TurnPlan& plan, const uint32_t* x, uint32_t* y, int64_t item) {
    const StridedPlan& view = plan.view;
    const int64_t first = item % plan.stretches() * TurnPlan::side;
    const int64_t end = std::min(plan.extent(), first + TurnPlan::side);
    const int64_t place = item / plan.stretches();
    const int64_t before = place / plan.between, after = place % plan.between;
    const int64_t width = view.innerExtent(), step = view.innerStride();
    const int64_t yStep = plan.between * width;
    const uint32_t* const from =
        x + view.rowOffset((before * plan.extent() + first) * plan.between + after);
    uint32_t* const to = y + (before * plan.extent() + first) * yStep + after * width;
    for (int64_t column = 0; column < width; column += TurnPlan::side) {
        const int64_t stop = std::min(width, column + TurnPlan::side);
        for (int64_t i = 0; i < end - first; ++i)
            for (int64_t k = column; k < stop; ++k) to[i * yStep + k] = from[i + k * step];
    }
}

void runTurn(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& plan = *static_cast<const TurnPlan*>(problem);
    for (int64_t item = plan.items.begin(part); item < plan.items.end(part); ++item)
        turn(plan, static_cast<const uint32_t*>(operands[0]), static_cast<uint32_t*>(operands[1]),
             item);
}

/// A plan that turns, where an outer axis lies on end in the source.
std::optional<TurnPlan> turnPlan(const StridedPlan& view) {
    if (view.rank < 2 || view.innerStride() == 1 || view.innerExtent() < 4) return {};
    for (int axis = 0; axis + 1 < view.rank; ++axis) {
        const auto a = static_cast<size_t>(axis);
        if (view.strides[a] != 1 || view.shape[a] < 4) continue;
        TurnPlan plan{.view = view, .lying = axis};
        for (int other = 0; other + 1 < view.rank; ++other) {
            const int64_t extent = view.shape[static_cast<size_t>(other)];
            if (other < axis) plan.outer *= extent;
            if (other > axis) plan.between *= extent;
        }
        plan.items =
            cut(plan.outer * plan.between * plan.stretches(),
                std::min(plan.extent(), TurnPlan::side) * view.innerExtent() * 4, grainBytes);
        return plan;
    }
    return {};
}

struct ConcatPlan {
    std::vector<int64_t> pieceBytes;
    int64_t rowBytes = 0;
    Cut pieces;  ///< rows × inputs
};

void runConcat(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& plan = *static_cast<const ConcatPlan*>(problem);
    const auto inputs = static_cast<int64_t>(plan.pieceBytes.size());
    auto* y = static_cast<std::byte*>(operands[inputs]);
    int64_t row = plan.pieces.begin(part) / inputs;
    int64_t input = plan.pieces.begin(part) % inputs;
    int64_t at = row * plan.rowBytes;
    for (int64_t i = 0; i < input; ++i) at += plan.pieceBytes[static_cast<size_t>(i)];
    for (int64_t piece = plan.pieces.begin(part); piece < plan.pieces.end(part); ++piece) {
        const int64_t bytes = plan.pieceBytes[static_cast<size_t>(input)];
        const auto* x = static_cast<const std::byte*>(operands[input]);
        if (bytes > 0) std::memcpy(y + at, x + row * bytes, static_cast<size_t>(bytes));
        at += bytes;
        if (++input == inputs) {
            input = 0;
            ++row;
        }
    }
}

/// Of each row in bytes; `skipped` of x are left out before those that are copied.
struct ZeroPadPlan {
    int64_t before = 0, bytes = 0, after = 0;
    int64_t skipped = 0, given = 0;
    Cut rows;
};

void runZeroPad(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& plan = *static_cast<const ZeroPadPlan*>(problem);
    const auto* x = static_cast<const std::byte*>(operands[0]);
    const int64_t rowBytes = plan.before + plan.bytes + plan.after;
    auto* y = static_cast<std::byte*>(operands[1]) + plan.rows.begin(part) * rowBytes;
    for (int64_t row = plan.rows.begin(part); row < plan.rows.end(part); ++row, y += rowBytes) {
        std::memset(y, 0, static_cast<size_t>(plan.before));
        std::memcpy(y + plan.before, x + row * plan.given + plan.skipped,
                    static_cast<size_t>(plan.bytes));
        std::memset(y + plan.before + plan.bytes, 0, static_cast<size_t>(plan.after));
    }
}

}  // namespace

Kernel selectStridedCopy(const StridedCopyProblem& problem) {
    StridedPlan plan;
    int64_t elements = 1;
    for (size_t axis = 0; axis < static_cast<size_t>(problem.rank); ++axis) {
        plan.append(problem.shape[axis], problem.strides[axis]);
        elements *= problem.shape[axis];
    }
    plan.elements = cut(elements, problem.elementBytes, grainBytes);
    Kernel kernel;
    if (const std::optional<TurnPlan> turned = turnPlan(plan);
        turned && problem.elementBytes == 4) {
        kernel.name = "copy.turned";
        kernel.problem = std::make_shared<const TurnPlan>(*turned);
        kernel.run = runTurn;
        kernel.parts[0] = turned->items.parts;
        return kernel;
    }
    kernel.name = "copy.strided";
    kernel.problem = std::make_shared<const StridedPlan>(plan);
    kernel.run = problem.elementBytes == 1   ? runStridedCopy<uint8_t>
                 : problem.elementBytes == 2 ? runStridedCopy<uint16_t>
                 : problem.elementBytes == 4 ? runStridedCopy<uint32_t>
                                             : runStridedCopy<uint64_t>;
    kernel.parts[0] = plan.elements.parts;
    return kernel;
}

Kernel selectConcat(const ConcatProblem& problem) {
    ConcatPlan plan;
    for (const int64_t extent : problem.extents) {
        plan.pieceBytes.push_back(extent * problem.inner * problem.elementBytes);
        plan.rowBytes += plan.pieceBytes.back();
    }
    const auto inputs = static_cast<int64_t>(problem.extents.size());
    plan.pieces = cut(problem.outer * inputs, plan.rowBytes / inputs, grainBytes);
    Kernel kernel;
    kernel.name = "copy.concat";
    kernel.parts[0] = plan.pieces.parts;
    kernel.problem = std::make_shared<const ConcatPlan>(std::move(plan));
    kernel.run = runConcat;
    return kernel;
}

Kernel selectZeroPad(const ZeroPadProblem& problem) {
    const int64_t unit = problem.inner * problem.elementBytes;
    const int64_t skipped = std::max<int64_t>(-problem.before, 0),
                  leftOut = skipped + std::max<int64_t>(-problem.after, 0);
    ZeroPadPlan plan{.before = std::max<int64_t>(problem.before, 0) * unit,
                     .bytes = (problem.extent - leftOut) * unit,
                     .after = std::max<int64_t>(problem.after, 0) * unit,
                     .skipped = skipped * unit,
                     .given = problem.extent * unit,
                     .rows = {}};
    plan.rows = cut(problem.outer, plan.before + plan.bytes + plan.after, grainBytes);
    Kernel kernel;
    kernel.name = "copy.zero_pad";
    kernel.problem = std::make_shared<const ZeroPadPlan>(plan);
    kernel.run = runZeroPad;
    kernel.parts[0] = plan.rows.parts;
    return kernel;
}

}  // namespace vitrine::kernels

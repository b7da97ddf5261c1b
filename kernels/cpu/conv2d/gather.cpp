// SPDX-License-Identifier: Apache-2.0
// The gather form of both passes.
#include "kernels/cpu/conv2d/gather.h"

#include <algorithm>

namespace vitrine::kernels {

namespace {

std::vector<Conv2dAxis> residues(const WindowAxis& window) {
    std::vector<Conv2dAxis> classes;
    for (int64_t residue = 0; residue < window.stride; ++residue)
        classes.push_back(dataAxis(window, residue));
    return classes;
}

Conv2dGather common(const Conv2dProblem& pr) {
    Conv2dGather g;
    g.r = pr.window.rows.kernel;
    g.s = pr.window.columns.kernel;
    g.groups = pr.groups;
    g.epilogue = pr.epilogue;
    g.finish = pr.finish;
    return g;
}

std::vector<TapRange> resultsOfTaps(const Conv2dAxis& axis) {
    std::vector<TapRange> results;
    for (int64_t t = 0; t < axis.taps; ++t) results.push_back(resultsOfTap(axis, t));
    return results;
}

void appendTaps(Conv2dGather& g, const Conv2dAxis& row, const Conv2dAxis& column) {
    const size_t begin = g.taps.size();
    for (int64_t r = 0; r < row.taps; ++r)
        for (int64_t s = 0; s < column.taps; ++s) {
            const int64_t rows = row.offset + row.offsetStep * r;
            const int64_t columns = column.offset + column.offsetStep * s;
            g.taps.push_back({.source = rows * g.source.rowStride() + columns * blockWidth,
                              .filter = (row.index + row.indexStep * r) * g.s + column.index +
                                        column.indexStep * s});
        }
    g.taps.resize(begin + static_cast<size_t>(g.r * g.s));
}

void listTaps(Conv2dGather& g) {
    for (const Conv2dAxis& row : g.rowClasses)
        for (const Conv2dAxis& column : g.columnClasses) appendTaps(g, row, column);
    const int64_t classes = static_cast<int64_t>(g.rowClasses.size());
    for (int64_t h = 0; h < g.result.h; ++h)
        g.rowTaps.push_back(
            existingTaps(g.rowClasses[static_cast<size_t>(h % classes)], h / classes));
    for (const Conv2dAxis& axis : g.columnClasses)
        for (int64_t t = 0; t < g.s; ++t)
            g.tapResults.push_back(t < axis.taps ? resultsOfTap(axis, t) : TapRange{});
}

}  // namespace

Conv2dGather gatherForward(const Conv2dProblem& pr) {
    Conv2dGather g = common(pr);
    g.source = pr.x;
    g.result = pr.y;
    g.bias = pr.bias;
    g.sourceChannels = pr.x.c / pr.groups;
    g.resultChannels = pr.y.c / pr.groups;
    g.rowClasses = {forwardAxis(pr.window.rows)};
    g.columnClasses = {forwardAxis(pr.window.columns)};
    listTaps(g);
    return g;
}

Conv2dGather gatherData(const Conv2dProblem& pr) {
    Conv2dGather g = common(pr);
    g.source = pr.y;
    g.result = pr.x;
    g.sourceChannels = pr.y.c / pr.groups;
    g.resultChannels = pr.x.c / pr.groups;
    g.rowClasses = residues(pr.window.rows);
    g.columnClasses = residues(pr.window.columns);
    listTaps(g);
    return g;
}

std::vector<TapRange> resultsOfRowTaps(const Conv2dProblem& pr) {
    return resultsOfTaps(forwardAxis(pr.window.rows));
}

std::vector<TapRange> resultsOfColumnTaps(const Conv2dProblem& pr) {
    return resultsOfTaps(forwardAxis(pr.window.columns));
}

TapRange sourceRows(const Conv2dGather& g, int64_t begin, int64_t end) {
    const auto classes = static_cast<int64_t>(g.rowClasses.size());
    TapRange rows{g.source.h, 0};
    for (int64_t h = begin; h < end; ++h) {
        const TapRange taps = g.rowTaps[static_cast<size_t>(h)];
        if (taps.begin >= taps.end) continue;
        const Conv2dAxis& axis = g.rowClasses[static_cast<size_t>(h % classes)];
        const int64_t first = axis.scale * (h / classes) + axis.offset;
        rows.begin = std::min(rows.begin, first + axis.offsetStep * taps.begin);
        rows.end = std::max(rows.end, first + axis.offsetStep * (taps.end - 1) + 1);
    }
    return rows.begin < rows.end ? rows : TapRange{};
}

int64_t columnHalo(const Conv2dGather& g) {
    int64_t halo = 0;
    for (const Conv2dAxis& axis : g.columnClasses) halo = std::max(halo, sourceHalo(axis));
    return halo;
}

GatherTables gatherTables(const Conv2dGather& g) {
    return {.rows = g.rowClasses.data(),
            .columns = g.columnClasses.data(),
            .rowClasses = static_cast<int64_t>(g.rowClasses.size()),
            .columnClasses = static_cast<int64_t>(g.columnClasses.size()),
            .rowTaps = g.rowTaps.data(),
            .tapResults = g.tapResults.data(),
            .taps = g.taps.data()};
}

Finish finishOf(const Conv2dGather& g) {
    if (g.finish) return *g.finish;
    return {.activation =
                g.epilogue == Epilogue::Relu ? Finish::Activation::Relu : Finish::Activation::None};
}

const float* addedPlane(const Conv2dGather& g, const GatherOperands& operands, int64_t plane) {
    if (!operands.finish.added) return nullptr;
    const Image& added = g.finish->addedImage;
    return operands.finish.added + plane * added.planeStride() + added.origin();
}

GatherOperands gatherOperands(const Conv2dGather& g, void* const* operands) {
    const auto input = [&](int i) { return static_cast<const float*>(operands[i]); };
    const int result = g.finish ? g.finish->result : 2 + g.bias + g.gated();
    return {.source = input(0),
            .packed = input(1),
            .bias = g.bias ? input(2) : nullptr,
            .gate = g.gated() ? input(2 + g.bias) : nullptr,
            .finish = g.finish ? cpu::finishOperands(*g.finish, operands) : cpu::FinishOperands{},
            .result = static_cast<float*>(operands[result])};
}

}  // namespace vitrine::kernels

// SPDX-License-Identifier: Apache-2.0
// Shapes of operands beside that of a result.
#include "kernels/cpu/reach.h"

#include "kernels/api/offer.h"
#include "kernels/cpu/strided.h"

namespace vitrine::kernels::cpu {

namespace {

/// Elements that one step takes at a time, at least, where a run breaks off.
constexpr int64_t shortestRun = 16;

/// Do the chain's steps see a single axis of the operand as the channels? Nothing where they do not
/// agree.
std::optional<bool> byChannel(const Call& call, size_t place) {
    std::optional<bool> result;
    for (const ChainStep& step : chainOf(call)) {
        if (!step.reads(static_cast<int>(place))) continue;
        const bool isVector = step.byChannel && stridesOf(call.in(place)).rank == 1;
        if (result && *result != isVector) return std::nullopt;
        result = isVector;
    }
    return result.value_or(false);
}

}  // namespace

std::optional<Repeat> repeatOf(const Strided& operand, const Strided& result, bool byChannel) {
    const int first = byChannel ? 1 : result.rank - operand.rank;
    const auto extentAt = [&](int axis) {
        const int own = axis - first;
        return own < 0 || own >= operand.rank ? 1 : operand.shape[static_cast<size_t>(own)];
    };
    Repeat repeat;
    enum { Behind, Own, Before } where = Behind;
    for (int axis = result.rank - 1; axis >= 0; --axis) {
        const int64_t extent = result.shape[static_cast<size_t>(axis)], own = extentAt(axis);
        if (extent == 1) continue;
        if (own == extent && where == Before) return std::nullopt;
        if (own == extent)
            where = Own;
        else if (where == Own)
            where = Before;
        if (where == Own)
            repeat.count *= extent;
        else if (where == Behind)
            repeat.inner *= extent;
    }
    return repeat;
}

std::vector<ChainStep> chainOf(const Call& call) {
    std::vector<ChainStep> steps = call.load;
    const std::vector<ChainStep> own = asSteps(call.problem);
    steps.insert(steps.end(), own.begin(), own.end());
    steps.insert(steps.end(), call.store.begin(), call.store.end());
    return steps;
}

std::optional<Repeat> repeatIn(const Call& call, size_t place) {
    const std::optional<bool> channels = byChannel(call, place);
    if (!channels) return std::nullopt;
    return repeatOf(stridesOf(call.in(place)), stridesOf(call.out(0)), *channels);
}

std::optional<Reach> reachInPlanes(const Call& call, size_t place) {
    const Operand &operand = call.in(place), &result = call.out(0);
    const std::optional<Repeat> repeat = repeatIn(call, place);
    if (!repeat) return std::nullopt;
    if (operand.hasExtentsOf(result)) return Reach::Whole;
    if (repeat->count == 1) return Reach::One;
    if (repeat->inner != result.h * result.w) return std::nullopt;
    if (repeat->count == result.c) return Reach::Channel;
    const Image pixel{.n = result.n, .c = result.c};
    return operand.hasExtentsOf(pixel) ? std::optional(Reach::Plane) : std::nullopt;
}

bool isReadInRuns(const Call& call, size_t place) {
    const std::optional<Repeat> repeat = repeatIn(call, place);
    if (!repeat) return false;
    const int64_t run = repeat->run();
    return run >= shortestRun || run == call.out(0).elements();
}

}  // namespace vitrine::kernels::cpu

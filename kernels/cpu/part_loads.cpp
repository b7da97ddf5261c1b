// SPDX-License-Identifier: Apache-2.0
// The loaded operand is walked like the result of a chain: rows of planes in pieces, and zeros
// around them afterwards, as padding comes behind the steps.
#include "kernels/cpu/part_loads.h"

#include <algorithm>

#include "kernels/api/offer.h"
#include "kernels/cpu/chain.h"
#include "kernels/cpu/chain_passes.h"
#include "kernels/cpu/conv2d/halo.h"
#include "kernels/cpu/cut.h"
#include "kernels/cpu/upcoming.h"

namespace vitrine::kernels::cpu {

namespace {

constexpr int64_t line = 64, grainElements = 16 * 1024;
/// What a part loads should stay in the second-level cache, with what else the part needs there.
constexpr int64_t mostPartBytes = 512 * 1024;

int64_t aligned(int64_t bytes) { return (bytes + line - 1) / line * line; }
int64_t bytesOfFloats(int64_t floats) { return floats * static_cast<int64_t>(sizeof(float)); }

/// The steps as a call of their own: the operand, what else they read, and what they give.
Call loadCall(const Call& call, const Image& loaded) {
    const int target = loadedPlace(call);
    const auto first = static_cast<int>(call.firstOfLoad());
    const auto placeOf = [&](int place) {
        return place == ChainStep::soFar || place == target ? ChainStep::soFar : place - first + 1;
    };
    Call result{.problem = Copy{}, .operands = {call.in(static_cast<size_t>(target))}};
    for (size_t k = call.firstOfLoad(); k < call.inputs(); ++k)
        result.operands.push_back(call.in(k));
    result.operands.push_back(result.operands.front());
    static_cast<Image&>(result.operands.back()) = loaded;
    result.own = 1;
    for (ChainStep step : call.load) {
        for (int* place : {&step.a, &step.b, &step.c, &step.at}) *place = placeOf(*place);
        result.store.push_back(step);
    }
    return result;
}

struct PartLoads {
    Kernel inner;
    ChainWalk walk;  ///< over the operand and what else the steps read
    Passes passes;
    size_t target = 0, firstOfLoad = 0, results = 1;
    bool byPart = false;
    Cut planes = {};        ///< of the phase that makes a copy
    int64_t ownBytes = 0;   ///< of the thread's scratch before the inner kernel's
    int64_t copyBytes = 0;  ///< of the workspace before the inner kernel's

    size_t inputs() const { return firstOfLoad + walk.operands() - 1; }
};

/// What the steps read.
std::array<void*, mostChainOperands> sources(const PartLoads& plan, void* const* operands) {
    std::array<void*, mostChainOperands> from{};
    from[0] = operands[plan.target];
    std::copy_n(operands + plan.firstOfLoad, plan.walk.operands() - 1, from.begin() + 1);
    return from;
}

/// Rows of planes into memory that has them where the loaded operand would have them.
void load(const PartLoads& plan, void* const* operands, const ResultShare& share, float* to) {
    const std::array<void*, mostChainOperands> from = sources(plan, operands);
    plan.walk.forEach(share, from.data(), to,
                      [&](const PieceOperands& piece, float* result, int64_t count) {
                          alignas(64) float between[chainPiece];
                          plan.passes.run(piece, piece[0], between, result, count);
                      });
    const Image& loaded = plan.walk.result();
    for (int64_t run = 0; run < share.repeats; ++run)
        for (int64_t plane = 0; plane < share.count; ++plane)
            zeroHaloOfRows(loaded,
                           to + (share.first + run * share.stride + plane) * loaded.planeStride(),
                           share.firstRow, share.endRow);
}

void runInner(const PartLoads& plan, void* const* operands, float* loaded, Workspace workspace,
              int phase, int64_t part) {
    std::array<void*, mostChainOperands> own{};
    std::copy_n(operands, plan.firstOfLoad, own.begin());
    std::copy_n(operands + plan.inputs(), plan.results,
                own.begin() + static_cast<std::ptrdiff_t>(plan.firstOfLoad));
    if (loaded) own[plan.target] = loaded;
    plan.inner.run(plan.inner.problem.get(), own.data(), workspace, phase, part);
}

char* behind(void* memory, int64_t bytes) { return static_cast<char*>(memory) + bytes; }

void runByPart(const void* problem, void* const* operands, Workspace workspace, int phase,
               int64_t part) {
    const auto& plan = *static_cast<const PartLoads*>(problem);
    const Workspace rest(workspace.shared, behind(workspace.own, plan.ownBytes));
    if (phase > 0) return runInner(plan, operands, nullptr, rest, phase, part);
    const ResultShare share = plan.inner.reads(plan.inner.problem.get(), part);
    // Where the first plane would begin if the scratch held all of them: the part reads no other.
    const int64_t before = bytesOfFloats(share.first * plan.walk.result().planeStride());
    auto* const loaded = reinterpret_cast<float*>(reinterpret_cast<uintptr_t>(workspace.own) -
                                                  static_cast<uintptr_t>(before));
    load(plan, operands, share, loaded);
    Upcoming::ofThread().setSourceIsMade();
    if (part + 1 < plan.inner.parts[0])
        plan.walk.announce(plan.inner.reads(plan.inner.problem.get(), part + 1),
                           sources(plan, operands).data());
    runInner(plan, operands, loaded, rest, phase, part);
    Upcoming::ofThread().clear();
}

ResultShare readsByPart(const void* problem, int64_t part) {
    const Kernel& inner = static_cast<const PartLoads*>(problem)->inner;
    return inner.reads(inner.problem.get(), part);
}

void runWhole(const void* problem, void* const* operands, Workspace workspace, int phase,
              int64_t part) {
    const auto& plan = *static_cast<const PartLoads*>(problem);
    auto* const copy = static_cast<float*>(workspace.shared);
    if (phase == 0) {
        const int64_t first = plan.planes.begin(part);
        const ResultShare share{
            .first = first, .count = plan.planes.end(part) - first, .endRow = plan.walk.result().h};
        return load(plan, operands, share, copy);
    }
    const Workspace rest(behind(workspace.shared, plan.copyBytes), workspace.own);
    runInner(plan, operands, copy, rest, phase - 1, part);
}

/// Planes of the widest part: those that it reads, and from the first of them to the last.
struct PartPlanes {
    int64_t read = 0, apart = 0;
};
PartPlanes partPlanes(const Kernel& inner) {
    PartPlanes most;
    for (int64_t part = 0; part < inner.parts[0]; ++part) {
        const ResultShare share = inner.reads(inner.problem.get(), part);
        most.read = std::max(most.read, share.repeats * share.count);
        most.apart = std::max(most.apart, (share.repeats - 1) * share.stride + share.count);
    }
    return most;
}

/// The copy is one more phase before all others.
void addCopyPhase(Kernel& kernel, PartLoads& plan) {
    const Image& loaded = plan.walk.result();
    plan.planes = cut(loaded.planes(), loaded.planeStride(), grainElements);
    plan.copyBytes = aligned(bytesOfFloats(loaded.storageElements()));
    kernel.workspaceBytes = plan.copyBytes + kernel.workspaceBytes;
    std::ranges::copy_backward(std::span(kernel.parts).first(static_cast<size_t>(kernel.phases)),
                               kernel.parts.begin() + kernel.phases + 1);
    kernel.parts[0] = plan.planes.parts;
    ++kernel.phases;
}

}  // namespace

int loadedPlace(const Call& call) {
    if (!asSteps(call.problem).empty()) return -1;
    for (const ChainStep& step : call.load)
        if (step.at >= 0 && step.at < static_cast<int>(call.own)) return step.at;
    return -1;
}

bool loadsByPart(const Kernel& inner, const Image& loaded) {
    return inner.reads &&
           bytesOfFloats(partPlanes(inner).read * loaded.planeStride()) <= mostPartBytes;
}

std::string_view whyNoPartLoads(const Kernel& inner, const Call& call) {
    const int target = loadedPlace(call);
    const Operand& operand = call.in(static_cast<size_t>(target));
    if (operand.layout != Layout::Lanes && operand.layout != Layout::Blocked) return "wants planes";
    for (const ChainStep& step : call.load)
        if (step.at != target && step.at < static_cast<int>(call.firstOfLoad()))
            return "loads one operand alone";
    if (call.inputs() - call.firstOfLoad() >= mostChainOperands ||
        call.firstOfLoad() + call.results > mostChainOperands)
        return "has too many operands";
    if (!canChain(loadCall(call, operand), operand.layout)) return "an operand repeats otherwise";
    if (!inner.run) return "no kernel takes it without its load";
    return inner.phases >= Kernel::maxPhases ? "has no phase to load in" : "";
}

Kernel bindPartLoads(Kernel inner, const Call& call, const Image& loaded) {
    const Call steps = loadCall(call, loaded);
    ChainWalk walk(steps, 0);
    const Passes passes(steps.store, 0, walk);
    PartLoads plan{.inner = std::move(inner), .walk = std::move(walk), .passes = passes};
    plan.target = static_cast<size_t>(loadedPlace(call));
    plan.firstOfLoad = call.firstOfLoad();
    plan.results = call.results;
    plan.byPart = loadsByPart(plan.inner, loaded);
    Kernel kernel = plan.inner;
    for (const ChainStep& step : call.load)
        kernel.name.append(&step == call.load.data() ? " of " : " + ").append(name(step.function));
    if (plan.byPart) {
        plan.ownBytes = aligned(bytesOfFloats(partPlanes(plan.inner).apart * loaded.planeStride()));
        kernel.scratchBytes += plan.ownBytes;
    } else {
        addCopyPhase(kernel, plan);
    }
    kernel.run = plan.byPart ? runByPart : runWhole;
    kernel.share = nullptr;
    kernel.reads = plan.byPart ? readsByPart : nullptr;
    kernel.problem = std::make_shared<const PartLoads>(std::move(plan));
    return kernel;
}

}  // namespace vitrine::kernels::cpu

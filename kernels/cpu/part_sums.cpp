// SPDX-License-Identifier: Apache-2.0
// What a part stores is walked over in pieces that stay in the first-level cache: steps are taken
// on them, they are summed (behind a gate, while registers hold them), and those of a result that
// no cache holds until it is read go on past the caches. Stored where it lies such a result would
// be fetched from memory only to be written over: of MobileNetV2's step at batch 64 that saved 3 %
// (one core of Zen 4 beside others at work). Parts of more than a few planes would leave the second
// level themselves, and products hide what they wait for.
#include "kernels/cpu/part_sums.h"

#include "kernels/cpu/chain.h"
#include "kernels/dispatch/bind.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/part_sums.cpp"
#include <hwy/foreach_target.h>
//
#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include "kernels/cpu/channel_terms-inl.h"
#include "kernels/cpu/part_sums_join-inl.h"
#include "kernels/cpu/upcoming.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu::HWY_NAMESPACE {
namespace {

/// Where a part finds what it works on.
struct Place {
    const PartSums& plan;
    void* const* operands;  ///< all of the call, and where the inner kernel stores
    void* const* steps;     ///< what those read
    float* result;          ///< where the part's planes lie in the end
};

/// What a part has left of a plane.
struct Stored {
    int64_t plane, firstRow, rows;
    int64_t pixels;       ///< of a row
    int64_t at = 0;       ///< floats from its first pixel
    bool isFirst = true;  ///< of its slot in this part
};

/// The one pixel of a plane: what a linear layer gives for 16 images.
HWY_INLINE void addPixel(const float* x, int64_t lanes, double* HWY_RESTRICT totals) {
    if (lanes == blockWidth)
        for (int64_t lane = 0; lane < blockWidth; ++lane)
            totals[lane] += static_cast<double>(x[lane]);
    else
        for (int64_t lane = 0; lane < lanes; ++lane) totals[lane] += static_cast<double>(x[lane]);
}

/// Of products: the other image there.
const float* otherImage(const PartSum& sum, void* const* operands, const Stored& at) {
    return static_cast<const float*>(operands[sum.imageAt]) + at.plane * sum.image.planeStride() +
           sum.image.origin() + at.firstRow * sum.image.rowStride() + at.at;
}

void addTo(const PartSums& plan, const PartSum& sum, const Stored& at, void* const* operands,
           double* slot) {
    const int64_t lanes = plan.lanesOf(at.plane);
    const float* const x = static_cast<const float*>(operands[plan.inputs]) +
                           at.plane * plan.y.planeStride() + plan.y.origin() +
                           at.firstRow * plan.y.rowStride() + at.at;
    double* const totals = slot + sum.row * blockWidth;
    PlaneRows rows{x, x, plan.y.rowStride(), plan.y.rowStride(), at.rows, at.pixels, lanes};
    HWY_ALIGN double centers[blockWidth] = {};
    if (sum.pass == ChannelPass::Moments) {
        double* const kept = totals + 2 * blockWidth;
        for (int64_t lane = 0; at.isFirst && lane < lanes; ++lane)
            kept[lane] = static_cast<double>(centerOf(x + lane, plan.y.w));
        return addRows<ShiftedMoments>(rows, kept, totals);
    }
    if (sum.pass == ChannelPass::Sum) return addRows<PlainSum>(rows, centers, totals);
    const float* const center = static_cast<const float*>(operands[sum.centerAt]);
    for (int64_t lane = 0; lane < lanes; ++lane)
        centers[lane] = static_cast<double>(plan.centerOf(center, at.plane, lane));
    rows.y = otherImage(sum, operands, at);
    rows.yStride = sum.image.rowStride();
    if (sum.withSum) return addRows<CenteredDotAndSum>(rows, centers, totals);
    addRows<CenteredDot>(rows, centers, totals);
}

/// Planes of one pixel that a part has left.
void sumPixels(const PartSums& plan, const ResultShare& share, const float* y, double* all) {
    const int64_t slots = plan.slots(), step = plan.rows * blockWidth;
    for (int64_t repeat = 0; repeat < share.repeats; ++repeat) {
        const int64_t first = share.first + repeat * share.stride, end = first + share.count;
        for (int64_t plane = first; plane < end;) {
            const int64_t number = plane % slots, lanes = plan.lanesOf(plane);
            const int64_t stop = HWY_MIN(end, plane - number + slots);
            double* slot = all + number * step;
            const float* pixel = y + plane * plan.y.planeStride() + plan.y.origin();
            for (; plane < stop; ++plane, pixel += plan.y.planeStride(), slot += step)
                for (int64_t row = 0; row < plan.rows; ++row)
                    addPixel(pixel, lanes, slot + row * blockWidth);
        }
    }
}

/// Past the caches: nobody reads it before so much else that they would not hold it, and what lies
/// there is not fetched to be written over.
HWY_INLINE void stream(const float* from, float* to, int64_t count) {
    for (int64_t i = 0; i < count; i += lanesOfVector) hn::Stream(load(from + i), Floats(), to + i);
}

/// Takes the steps on a plane, whose pieces are as long as runs of sums are, and sums them.
void sumPieces(const Place& place, const Stored& plane, double* slot) {
    static_assert(chainPiece == runPixels * blockWidth);
    const PartSums& plan = place.plan;
    const bool inRegisters = plan.steps && plan.steps->inRegisters;
    const PartSum& first = plan.sums[0];
    const int64_t stride = plan.y.planeStride();
    auto* const all = static_cast<float*>(place.operands[plan.inputs]);
    HWY_ALIGN float centers[blockWidth] = {};
    RowSums row{.centers = centers, .lanes = plan.lanesOf(plane.plane)};
    row.totals = slot + first.row * blockWidth;
    for (int64_t lane = 0; inRegisters && lane < row.lanes; ++lane)
        centers[lane] = plan.centerOf(static_cast<const float*>(place.operands[first.centerAt]),
                                      plane.plane, lane);
    Stored piece{.plane = plane.plane, .firstRow = 0, .rows = 1, .pixels = 0};
    const auto sumPiece = [&](const PieceOperands& read, float* to, int64_t count) {
        piece.at = to - all - plane.plane * stride;
        piece.pixels = count / blockWidth;
        piece.isFirst = plane.isFirst && piece.at == 0;
        if (inRegisters) {
            row.image = otherImage(first, place.operands, piece);
            plan.steps->passes.runWithSums(read, to, to, count, row);
        } else {
            if (plan.steps) plan.steps->passes.run(read, to, to, to, count);
            for (const PartSum& sum : plan.sums)
                if (!sum.isMade) addTo(plan, sum, piece, place.operands, slot);
        }
        if (plan.streamedBytes > 0) stream(to, place.result + (to - all), count);
    };
    if (plan.steps)
        return plan.steps->walk.forEach({.first = plane.plane, .count = 1, .endRow = plan.y.h},
                                        place.steps, all, sumPiece);
    for (int64_t at = 0; at < stride; at += chainPiece)
        sumPiece({}, all + plane.plane * stride + at, HWY_MIN(chainPiece, stride - at));
}

/// What a part of the inner kernel has just left.
void sumPart(const Place& place, Workspace workspace, int64_t part) {
    const PartSums& plan = place.plan;
    double* const all = plan.slot(workspace, part, 0);
    const int64_t doubles = plan.slots() * plan.rows * blockWidth;
    for (int64_t i = 0; i < doubles; ++i) all[i] = 0;
    const ResultShare share = plan.inner.share(plan.inner.problem.get(), part);
    if (plan.ofPixels)
        return sumPixels(plan, share, static_cast<const float*>(place.operands[plan.inputs]), all);
    const int64_t rows = share.endRow - share.firstRow, slots = plan.slots();
    for (int64_t repeat = 0; repeat < share.repeats; ++repeat) {
        const int64_t first = share.first + repeat * share.stride;
        int64_t number = first % slots;
        for (int64_t plane = first; plane < first + share.count; ++plane) {
            double* const slot = all + number * plan.rows * blockWidth;
            if (++number == slots) number = 0;
            const Stored at{.plane = plane,
                            .firstRow = share.firstRow,
                            .rows = rows,
                            .pixels = plan.y.w,
                            .isFirst = slot[0] == 0};
            if (plan.byPieces())
                sumPieces(place, at, slot);
            else
                for (const PartSum& sum : plan.sums)
                    if (!sum.isMade) addTo(plan, sum, at, place.operands, slot);
            for (int64_t lane = 0; plan.counts && lane < plan.lanesOf(plane); ++lane)
                slot[lane] += static_cast<double>(rows * plan.y.w);
        }
    }
    if (plan.streamedBytes > 0) hwy::FlushStream();
}

/// The other images that a part's steps and sums read.
void announce(const PartSums& plan, void* const* operands, void* const* own, int64_t part) {
    if (plan.steps)
        plan.steps->walk.announce(plan.inner.share(plan.inner.problem.get(), part),
                                  own + plan.steps->own);
    for (const PartSum& sum : plan.sums)
        if (sum.pass == ChannelPass::Dot)
            Upcoming::ofThread().add(sum.image, static_cast<const float*>(operands[sum.imageAt]),
                                     plan.inner.share(plan.inner.problem.get(), part));
}

/// `own`: all operands but those of the sums, and the result.
void runInner(const PartSums& plan, void* const* own, Workspace workspace, int phase,
              int64_t part) {
    if (!plan.steps) return plan.inner.run(plan.inner.problem.get(), own, workspace, phase, part);
    void* alone[mostOperands];
    for (size_t k = 0; k < plan.steps->own; ++k) alone[k] = own[k];
    alone[plan.steps->own] = own[plan.inputs - plan.ofSums];
    plan.inner.run(plan.inner.problem.get(), alone, workspace, phase, part);
}

/// Where the result's first plane would begin if the scratch held all of them: the part leaves no
/// others than its own.
void* scratchOf(const PartSums& plan, Workspace workspace, int64_t part) {
    const int64_t first = plan.inner.share(plan.inner.problem.get(), part).first;
    const int64_t before = first * plan.y.planeStride() * static_cast<int64_t>(sizeof(float));
    return reinterpret_cast<void*>(reinterpret_cast<uintptr_t>(workspace.own) -
                                   static_cast<uintptr_t>(before));
}

void runPart(const PartSums& plan, void* const* operands, Workspace workspace, int phase,
             int64_t part) {
    void *here[mostOperands], *own[mostOperands];
    for (size_t k = 0; k < plan.all; ++k) here[k] = operands[k];
    if (plan.streamedBytes > 0) here[plan.inputs] = scratchOf(plan, workspace, part);
    for (size_t k = 0; k <= plan.inputs; ++k)
        if (k < plan.sumsFrom || k >= plan.sumsFrom + plan.ofSums)
            own[k < plan.sumsFrom ? k : k - plan.ofSums] = here[k];
    const bool isLast = phase + 1 == plan.inner.phases;
    if (isLast) announce(plan, operands, own, part);
    const Workspace rest(workspace.shared, static_cast<char*>(workspace.own) + plan.streamedBytes);
    runInner(plan, own, rest, phase, part);
    if (!isLast) return;
    Upcoming::ofThread().clear();
    sumPart({.plan = plan,
             .operands = here,
             .steps = plan.steps ? own + plan.steps->own : nullptr,
             .result = static_cast<float*>(operands[plan.inputs])},
            workspace, part);
}

void run(const void* problem, void* const* operands, Workspace workspace, int phase, int64_t part) {
    const auto& plan = *static_cast<const PartSums*>(problem);
    if (phase < plan.inner.phases) return runPart(plan, operands, workspace, phase, part);
    const int64_t first = part * blockWidth, end = HWY_MIN(first + blockWidth, plan.y.c);
    for (const PartSum& sum : plan.sums) {
        if (sum.pass != ChannelPass::Moments) {
            finishSums(plan, sum, operands, workspace, first, end);
            continue;
        }
        for (int64_t channel = first; channel < end; ++channel)
            finishMoments(plan, sum, operands, workspace, channel);
    }
}

Kernel::Run partSums() { return run; }

}  // namespace
}  // namespace vitrine::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels::cpu {

HWY_EXPORT(partSums);

std::string_view whyNoPartSums(const Kernel& inner, const Call& call) {
    const Operand& y = call.out(0);
    if (y.layout != Layout::Lanes && y.layout != Layout::Blocked) return "wants planes";
    if (y.dtype != DType::F32) return "wants f32";
    if (!inner.run || !inner.share) return "nobody can say which part leaves what";
    if (inner.phases >= Kernel::maxPhases) return "has no phase to join the sums in";
    return call.operands.size() > mostOperands ? "has too many operands" : "";
}

namespace {

bool isFlat(const Operand& operand) {
    return operand.layout == Layout::RowMajor || operand.halo == 0;
}

/// Whether pieces of the result are runs of its sums.
bool isSummedByRuns(const Kernel& inner, const Call& call) {
    for (const ChannelSum& sum : call.sums)
        if (sum.pass == ChannelPass::Dot && !isFlat(call.operands[sum.image])) return false;
    for (int64_t part = 0; part < inner.parts[static_cast<size_t>(inner.phases - 1)]; ++part) {
        const ResultShare share = inner.share(inner.problem.get(), part);
        if (share.firstRow != 0 || share.endRow != call.out(0).h) return false;
    }
    return isFlat(call.out(0));
}

/// Bytes that a part leaves, at most, where the result is so large that nobody finds it in the
/// caches again, and parts so small that the second level holds one; else 0.
int64_t streamedBytes(const Kernel& inner, const Call& call) {
    constexpr int64_t farBytes = 8 * 1024 * 1024, partBytes = 192 * 1024;
    const Image& y = call.out(0);
    const auto bytesOf = [](int64_t floats) {
        return floats * static_cast<int64_t>(sizeof(float));
    };
    if (bytesOf(y.storageElements()) < farBytes || inner.phases != 1 ||
        !isSummedByRuns(inner, call))
        return 0;
    int64_t most = 0;
    for (int64_t part = 0; part < inner.parts[0]; ++part) {
        const ResultShare share = inner.share(inner.problem.get(), part);
        if (share.repeats != 1) return 0;
        most = std::max(most, bytesOf(share.count * y.planeStride()));
    }
    return most <= partBytes ? most : 0;
}

Kernel bindSums(Kernel inner, const Call& call, std::optional<PieceSteps> steps) {
    Kernel kernel = inner;
    PartSums plan;
    plan.steps = std::move(steps);
    plan.sumsFrom = call.firstOfSums();
    plan.ofSums = call.ofSums;
    plan.inputs = call.inputs();
    plan.all = call.operands.size();
    plan.y = call.out(0);
    plan.counts = std::ranges::any_of(
        call.sums, [](const ChannelSum& sum) { return sum.pass == ChannelPass::Moments; });
    plan.rows = plan.counts ? 1 : 0;
    size_t result = call.inputs() + 1;
    const char* const names[] = {"moments", "normalize", "sum", "dot"};
    for (const ChannelSum& sum : call.sums) {
        PartSum own{.pass = sum.pass, .image = {}, .imageAt = sum.image, .centerAt = sum.center};
        if (sum.pass == ChannelPass::Dot) own.image = call.operands[sum.image];
        own.resultAt = result;
        own.row = plan.rows;
        plan.rows += own.rows();
        result += sum.results();
        kernel.name += std::string(" + ") + names[static_cast<int>(sum.pass)];
        if (sum.pass == ChannelPass::Sum && !plan.sums.empty() &&
            plan.sums.back().pass == ChannelPass::Dot)
            own.isMade = plan.sums.back().withSum = true;
        plan.sums.push_back(own);
    }
    plan.streamedBytes = streamedBytes(inner, call);
    plan.ofPixels = !plan.byPieces() && plan.isOfPixels();
    if (plan.steps)
        plan.steps->inRegisters = plan.steps->passes.takeSums() && plan.sums.size() == 2 &&
                                  plan.sums[0].withSum && plan.sums[1].isMade;
    constexpr int64_t line = 64;
    plan.sumsAt = (inner.workspaceBytes + line - 1) / line * line;
    plan.inner = std::move(inner);
    kernel.scratchBytes += plan.streamedBytes;
    kernel.workspaceBytes = plan.sumsAt + plan.parts() * plan.slots() * plan.rows * blockWidth *
                                              static_cast<int64_t>(sizeof(double));
    kernel.parts[static_cast<size_t>(kernel.phases++)] = (plan.y.c + blockWidth - 1) / blockWidth;
    kernel.problem = std::make_shared<const PartSums>(std::move(plan));
    kernel.run = HWY_DYNAMIC_DISPATCH(partSums)();
    kernel.share = nullptr;
    if (kernel.reads)
        kernel.reads = [](const void* bound, int64_t part) {
            const Kernel& own = static_cast<const PartSums*>(bound)->inner;
            return own.reads(own.problem.get(), part);
        };
    return kernel;
}

}  // namespace

Kernel bindPartSums(Kernel inner, const Call& call) {
    return bindSums(std::move(inner), call, std::nullopt);
}

Kernel bindPiecewiseSums(Kernel inner, const Call& unsummed, const Call& call) {
    std::vector<ChainStep> steps = unsummed.load;
    steps.insert(steps.end(), unsummed.store.begin(), unsummed.store.end());
    inner.name += chainText(steps);
    ChainWalk walk(unsummed, unsummed.own);
    const Passes passes(steps, unsummed.own, walk);
    return bindSums(std::move(inner), call,
                    PieceSteps{.own = unsummed.own, .walk = std::move(walk), .passes = passes});
}

std::string_view whyNoPiecewiseSums(const Kernel& inner, const Call& unsummed, const Call& call) {
    if (!whyNoPartSums(inner, call).empty()) return whyNoPartSums(inner, call);
    for (size_t k = unsummed.own; k < unsummed.operands.size(); ++k)
        if (!isFlat(unsummed.operands[k])) return "has pieces that end with a row";
    if (!isSummedByRuns(inner, call)) return "makes sums of other runs";
    return {};
}

}  // namespace vitrine::kernels::cpu
#endif

// SPDX-License-Identifier: Apache-2.0
// Partial sums lie as [part][slot][row of 16 doubles], where a slot is a channel (Lanes) or a block
// of 16 channels (Blocked). Moments of a part are taken around its first pixels, and joined by
// their means, so that neither large means nor many parts cost digits. Source of the joining: Chan,
// Golub and LeVeque, "Algorithms for Computing the Sample Variance" (1983).
#include "kernels/cpu/part_sums.h"

#include <algorithm>
#include <array>

#include "kernels/dispatch/bind.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/part_sums.cpp"
#include <hwy/foreach_target.h>
//
#include <hwy/highway.h>

#include "kernels/cpu/channel_terms-inl.h"
#include "kernels/cpu/upcoming.h"

#ifndef VITRINE_KERNELS_CPU_PART_SUMS_ONCE
#define VITRINE_KERNELS_CPU_PART_SUMS_ONCE
namespace vitrine::kernels::cpu {

inline constexpr size_t mostOperands = 32;

struct PartSum {
    ChannelPass pass = ChannelPass::Sum;
    Image image;                       ///< Dot: the other image
    size_t imageAt = 0, centerAt = 0;  ///< Dot
    size_t resultAt = 0;
    int64_t row = 0;       ///< of its first row in a slot
    bool withSum = false;  ///< Dot: the sum is the next one, and made beside it
    bool isMade = false;   ///< Sum: so
    /// Moments: sums, squares, and the centers they are taken around.
    int64_t rows() const { return pass == ChannelPass::Moments ? 3 : 1; }
};

struct PartSums {
    Kernel inner;
    size_t sumsFrom = 0, ofSums = 0;  ///< operands that the inner kernel does not have
    size_t inputs = 0;
    Image y;
    std::vector<PartSum> sums;
    int64_t rows = 0;     ///< of a slot
    bool counts = false;  ///< the first row counts elements on every lane: for moments
    bool ofPixels = false;
    int64_t sumsAt = 0;  ///< bytes from the start of the workspace

    bool lanes() const { return y.layout == Layout::Lanes; }
    int64_t slots() const { return lanes() ? y.c : y.channelBlocks(); }
    int64_t parts() const { return inner.parts[static_cast<size_t>(inner.phases - 1)]; }
    /// Lanes of a plane that hold elements.
    int64_t lanesOf(int64_t plane) const {
        const int64_t rest =
            lanes() ? y.n - plane / slots() * blockWidth : y.c - plane % slots() * blockWidth;
        return std::min(blockWidth, rest);
    }
    /// Every sum is of planes of one pixel in lanes: what linear layers give.
    bool isOfPixels() const {
        return lanes() && y.h * y.w == 1 && std::ranges::all_of(sums, [](const PartSum& sum) {
                   return sum.pass == ChannelPass::Sum && !sum.isMade;
               });
    }
    double* slot(Workspace workspace, int64_t part, int64_t slot) const {
        return reinterpret_cast<double*>(static_cast<char*>(workspace.shared) + sumsAt) +
               (part * slots() + slot) * rows * blockWidth;
    }
};

}  // namespace vitrine::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu::HWY_NAMESPACE {
namespace {

/// One plane of a part's share.
struct Stored {
    int64_t plane, firstRow, rows;
    bool isFirst;  ///< of its slot in this part
};

/// The one pixel of a plane: what a linear layer gives for 16 images.
HWY_INLINE void addPixel(const float* x, int64_t lanes, double* HWY_RESTRICT totals) {
    if (lanes == blockWidth)
        for (int64_t lane = 0; lane < blockWidth; ++lane)
            totals[lane] += static_cast<double>(x[lane]);
    else
        for (int64_t lane = 0; lane < lanes; ++lane) totals[lane] += static_cast<double>(x[lane]);
}

void addTo(const PartSums& plan, const PartSum& sum, const Stored& at, void* const* operands,
           double* slot) {
    const int64_t lanes = plan.lanesOf(at.plane);
    const float* const x = static_cast<const float*>(operands[plan.inputs]) +
                           at.plane * plan.y.planeStride() + plan.y.origin() +
                           at.firstRow * plan.y.rowStride();
    double* const totals = slot + sum.row * blockWidth;
    PlaneRows rows{x, x, plan.y.rowStride(), plan.y.rowStride(), at.rows, plan.y.w, lanes};
    HWY_ALIGN double centers[blockWidth] = {};
    if (sum.pass == ChannelPass::Moments) {
        double* const kept = totals + 2 * blockWidth;
        for (int64_t lane = 0; at.isFirst && lane < lanes; ++lane)
            kept[lane] = static_cast<double>(centerOf(x + lane, plan.y.w));
        return addRows<ShiftedMoments>(rows, kept, totals);
    }
    if (sum.pass == ChannelPass::Sum) return addRows<PlainSum>(rows, centers, totals);
    const float* const center = static_cast<const float*>(operands[sum.centerAt]);
    const int64_t channel = at.plane % plan.slots();
    for (int64_t lane = 0; lane < lanes; ++lane)
        centers[lane] = static_cast<double>(plan.lanes() ? center[channel]
                                                         : center[channel * blockWidth + lane]);
    rows.y = static_cast<const float*>(operands[sum.imageAt]) + at.plane * sum.image.planeStride() +
             sum.image.origin() + at.firstRow * sum.image.rowStride();
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

/// What a part of the inner kernel has just left.
void sumPart(const PartSums& plan, void* const* operands, Workspace workspace, int64_t part) {
    double* const all = plan.slot(workspace, part, 0);
    const int64_t doubles = plan.slots() * plan.rows * blockWidth;
    for (int64_t i = 0; i < doubles; ++i) all[i] = 0;
    const ResultShare share = plan.inner.share(plan.inner.problem.get(), part);
    if (plan.ofPixels)
        return sumPixels(plan, share, static_cast<const float*>(operands[plan.inputs]), all);
    const int64_t rows = share.endRow - share.firstRow, slots = plan.slots();
    for (int64_t repeat = 0; repeat < share.repeats; ++repeat) {
        const int64_t first = share.first + repeat * share.stride;
        int64_t number = first % slots;
        for (int64_t plane = first; plane < first + share.count; ++plane) {
            double* const slot = all + number * plan.rows * blockWidth;
            if (++number == slots) number = 0;
            const Stored at{plane, share.firstRow, rows, slot[0] == 0};
            for (const PartSum& sum : plan.sums)
                if (!sum.isMade) addTo(plan, sum, at, operands, slot);
            for (int64_t lane = 0; plan.counts && lane < plan.lanesOf(plane); ++lane)
                slot[lane] += static_cast<double>(rows * plan.y.w);
        }
    }
}

/// Joins sums of elements around a mean of their own.
struct Moments {
    double count = 0, mean = 0, squares = 0;

    void join(double moreCount, double moreMean, double moreSquares) {
        const double all = count + moreCount, apart = moreMean - mean;
        squares += moreSquares + apart * apart * count * moreCount / all;
        mean += apart * moreCount / all;
        count = all;
    }
};

/// The other images that a part's sums read.
void announce(const PartSums& plan, void* const* operands, int64_t part) {
    for (const PartSum& sum : plan.sums)
        if (sum.pass == ChannelPass::Dot)
            Upcoming::ofThread().add(sum.image, static_cast<const float*>(operands[sum.imageAt]),
                                     plan.inner.share(plan.inner.problem.get(), part));
}

/// Moments of one channel: its lanes of all parts, in order.
void finishMoments(const PartSums& plan, const PartSum& sum, void* const* operands,
                   Workspace workspace, int64_t channel) {
    const int64_t at = plan.lanes() ? channel : channel / blockWidth;
    const int64_t first = plan.lanes() ? 0 : channel % blockWidth;
    const int64_t end = plan.lanes() ? blockWidth : first + 1;
    Moments moments;
    for (int64_t part = 0; part < plan.parts(); ++part) {
        const double* const slot = plan.slot(workspace, part, at);
        const double* const sums = slot + sum.row * blockWidth;
        for (int64_t lane = first; lane < end; ++lane) {
            if (slot[lane] == 0) continue;
            const double offset = sums[lane] / slot[lane];
            moments.join(slot[lane], sums[2 * blockWidth + lane] + offset,
                         sums[blockWidth + lane] - offset * sums[lane]);
        }
    }
    const double variance = moments.squares / moments.count;
    static_cast<float*>(operands[sum.resultAt])[channel] = static_cast<float>(moments.mean);
    static_cast<float*>(operands[sum.resultAt + 1])[channel] =
        static_cast<float>(variance < 0 ? 0 : variance);
}

/// A slot's sums over all parts, in order. Lanes that a part leaves nothing on hold zeros.
HWY_INLINE void joinParts(const PartSums& plan, const PartSum& sum, Workspace workspace,
                          int64_t slot, double* HWY_RESTRICT totals) {
    for (int64_t part = 0; part < plan.parts(); ++part) {
        const double* const sums = plan.slot(workspace, part, slot) + sum.row * blockWidth;
        for (int64_t lane = 0; lane < blockWidth; ++lane) totals[lane] += sums[lane];
    }
}

/// Sums of channels [first, end), at most 16. In lanes a channel's are added up lane by lane, of
/// several channels side by side: each waits for the one before.
void finishSums(const PartSums& plan, const PartSum& sum, void* const* operands,
                Workspace workspace, int64_t first, int64_t end) {
    HWY_ALIGN double totals[blockWidth * blockWidth] = {};
    double results[blockWidth] = {};
    if (plan.lanes()) {
        for (int64_t c = first; c < end; ++c)
            joinParts(plan, sum, workspace, c, totals + (c - first) * blockWidth);
        for (int64_t lane = 0; lane < blockWidth; ++lane)
            for (int64_t c = 0; c < blockWidth; ++c) results[c] += totals[c * blockWidth + lane];
    } else {
        joinParts(plan, sum, workspace, first / blockWidth, results);
    }
    float* const to = static_cast<float*>(operands[sum.resultAt]);
    for (int64_t c = first; c < end; ++c) to[c] = static_cast<float>(results[c - first]);
}

void run(const void* problem, void* const* operands, Workspace workspace, int phase, int64_t part) {
    const auto& plan = *static_cast<const PartSums*>(problem);
    if (phase < plan.inner.phases) {
        void* own[mostOperands];
        for (size_t k = 0; k <= plan.inputs; ++k)
            if (k < plan.sumsFrom || k >= plan.sumsFrom + plan.ofSums)
                own[k < plan.sumsFrom ? k : k - plan.ofSums] = operands[k];
        const bool isLast = phase + 1 == plan.inner.phases;
        if (isLast) announce(plan, operands, part);
        plan.inner.run(plan.inner.problem.get(), own, workspace, phase, part);
        if (!isLast) return;
        Upcoming::ofThread().clear();
        return sumPart(plan, operands, workspace, part);
    }
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

Kernel bindPartSums(Kernel inner, const Call& call) {
    Kernel kernel = inner;
    PartSums plan;
    plan.sumsFrom = call.firstOfSums();
    plan.ofSums = call.ofSums;
    plan.inputs = call.inputs();
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
    plan.ofPixels = plan.isOfPixels();
    constexpr int64_t line = 64;
    plan.sumsAt = (inner.workspaceBytes + line - 1) / line * line;
    plan.inner = std::move(inner);
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

}  // namespace vitrine::kernels::cpu
#endif

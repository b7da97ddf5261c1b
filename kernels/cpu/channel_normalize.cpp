// SPDX-License-Identifier: Apache-2.0
// y = (x − center) · scale + shift for each channel, in planes of 16 lanes.
#include "kernels/cpu/channel.h"

#include <type_traits>

#include "kernels/cpu/channel_plan.h"
#include "kernels/cpu/halo.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/channel_normalize.cpp"
#include <hwy/foreach_target.h>
//
#include "kernels/cpu/activations-inl.h"
#include "kernels/cpu/channel_terms-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu::HWY_NAMESPACE {
namespace {

/// One value for each lane of a slot's planes.
struct PerLane {
    HWY_ALIGN float values[blockWidth];

    PerLane(const ChannelPlan& plan, const void* ofChannels, int64_t slot) {
        const auto* from = static_cast<const float*>(ofChannels);
        const int64_t channels = plan.lanes() ? 1 : plan.lanesAt(slot, 0);
        for (int64_t lane = 0; lane < blockWidth; ++lane)
            values[lane] = plan.lanes()      ? from[slot]
                           : lane < channels ? from[slot * blockWidth + lane]
                                             : 0.0F;
    }
};

struct Affine {
    FloatVector center, scale, shift;

    Affine(const PixelNumbers& of, int64_t lane)
        : center(hn::LoadU(Floats(), of.center + lane)),
          scale(hn::LoadU(Floats(), of.scale + lane)),
          shift(hn::LoadU(Floats(), of.shift + lane)) {}
    HWY_INLINE FloatVector operator()(FloatVector x) const {
        return hn::MulAdd(hn::Sub(x, center), scale, shift);
    }
};

/// What follows in registers: n, the other row's value, and two numbers.
struct ThenNothing {
    static constexpr bool readsOther = false, normalizesOther = false;
    static HWY_INLINE FloatVector apply(FloatVector n, FloatVector, FloatVector, FloatVector) {
        return n;
    }
};
struct ThenRelu : ThenNothing {
    static HWY_INLINE FloatVector apply(FloatVector n, FloatVector, FloatVector, FloatVector) {
        return relu(n);
    }
};
struct ThenClamp : ThenNothing {
    static HWY_INLINE FloatVector apply(FloatVector n, FloatVector, FloatVector p, FloatVector q) {
        return clampTo(Floats(), n, p, q);
    }
};
struct ThenAdd {
    static constexpr bool readsOther = true, normalizesOther = false;
    static HWY_INLINE FloatVector apply(FloatVector n, FloatVector other, FloatVector,
                                        FloatVector) {
        return hn::Add(n, other);
    }
};
struct ThenAddNormalized : ThenAdd {
    static constexpr bool normalizesOther = true;
};
struct ThenReluGate : ThenAdd {
    static HWY_INLINE FloatVector apply(FloatVector n, FloatVector other, FloatVector,
                                        FloatVector) {
        return reluGate(other, n);
    }
};
struct ThenInsideGate : ThenAdd {
    static HWY_INLINE FloatVector apply(FloatVector n, FloatVector other, FloatVector p,
                                        FloatVector q) {
        return hn::IfThenElseZero(hn::And(hn::Gt(n, p), hn::Lt(n, q)), other);
    }
};

template <class Then>
void runRow(const NormalizeOperands& from, float* y, int64_t count, Parameters parameters) {
    const FloatVector p = broadcast(parameters.p), q = broadcast(parameters.q);
    for (int64_t lane = 0; lane < blockWidth; lane += lanesOfVector) {
        const Affine own(from.of, lane),
            ofOther(Then::normalizesOther ? from.ofOther : from.of, lane);
#pragma GCC unroll 4
        for (int64_t i = lane; i < count; i += blockWidth) {
            const FloatVector value = own(load(from.x + i));
            FloatVector other = value;
            if constexpr (Then::readsOther) other = load(from.other + i);
            if constexpr (Then::normalizesOther) other = ofOther(other);
            store(Then::apply(value, other, p, q), y + i);
        }
    }
}

/// The same, with sums of what is stored.
template <class Then>
void runSummedRow(const NormalizeOperands& from, float* y, int64_t count, Parameters parameters,
                  const RowSums& of) {
    const Floats d;
    const FloatVector p = broadcast(parameters.p), q = broadcast(parameters.q);
    for (int64_t lane = 0; lane < HWY_MIN(of.lanes, blockWidth); lane += lanesOfVector) {
        const auto real = static_cast<size_t>(HWY_MIN(of.lanes - lane, lanesOfVector));
        const FloatVector mask = hn::VecFromMask(d, hn::FirstN(d, real));
        const FloatVector center = hn::LoadU(d, of.centers + lane);
        const Affine own(from.of, lane);
        FloatVector sums[runSums][CenteredDotAndSum::sums];
#pragma GCC unroll 4
        for (int j = 0; j < runSums; ++j) sums[j][0] = sums[j][1] = hn::Zero(d);
        const auto add = [&](FloatVector(&to)[CenteredDotAndSum::sums], int64_t i) HWY_ATTR {
            const FloatVector value =
                Then::apply(own(load(from.x + i)), load(from.other + i), p, q);
            store(value, y + i);
            CenteredDotAndSum::add(to, mask, value, load(of.image + i), center);
        };
        int64_t i = lane;
        for (; i + (runSums - 1) * blockWidth < count; i += runSums * blockWidth)
#pragma GCC unroll 4
            for (int j = 0; j < runSums; ++j) add(sums[j], i + j * blockWidth);
        for (; i < count; i += blockWidth) add(sums[0], i);
        addToTotals(sums, of.totals + lane);
    }
}

template <bool withRelu>
void normalizePlane(const ChannelProblem& problem, const float* x, const PixelNumbers& of,
                    float* y) {
    for (int64_t h = 0; h < problem.x.h; ++h)
        runRow<std::conditional_t<withRelu, ThenRelu, ThenNothing>>(
            {.x = x + problem.x.origin() + h * problem.x.rowStride(), .of = of},
            y + problem.y.origin() + h * problem.y.rowStride(), problem.x.w * blockWidth, {});
    zeroHalo(problem.y, y);
}

template <bool withRelu>
void runNormalize(const void* bound, void* const* operands, Workspace, int, int64_t part) {
    const auto& plan = *static_cast<const ChannelPlan*>(bound);
    const ChannelProblem& problem = plan.problem;
    const int64_t range = part / plan.steps.parts;
    const int64_t chunk = part % plan.steps.parts;
    for (int64_t slot = plan.slotRanges.begin(range); slot < plan.slotRanges.end(range); ++slot) {
        const PerLane center(plan, operands[1], slot);
        const PerLane scale(plan, operands[2], slot);
        const PerLane shift(plan, operands[3], slot);
        for (int64_t step = plan.steps.begin(chunk); step < plan.steps.end(chunk); ++step) {
            const int64_t plane = step * plan.slots + slot;
            normalizePlane<withRelu>(
                problem, static_cast<const float*>(operands[0]) + plane * problem.x.planeStride(),
                {center.values, scale.values, shift.values},
                static_cast<float*>(operands[4]) + plane * problem.y.planeStride());
        }
    }
}

Kernel::Run chooseChannelNormalize(Epilogue epilogue) {
    return epilogue == Epilogue::Relu ? runNormalize<true> : runNormalize<false>;
}

NormalizeRow chooseNormalizeRow(NormalizedBy then) {
    constexpr NormalizeRow rows[] = {
        runRow<ThenNothing>,       runRow<ThenRelu>,     runRow<ThenClamp>,     runRow<ThenAdd>,
        runRow<ThenAddNormalized>, runRow<ThenReluGate>, runRow<ThenInsideGate>};
    return rows[static_cast<size_t>(then)];
}

SummedRow chooseSummedRow(NormalizedBy then) {
    if (then == NormalizedBy::ReluGate) return runSummedRow<ThenReluGate>;
    return then == NormalizedBy::InsideGate ? runSummedRow<ThenInsideGate> : nullptr;
}

}  // namespace
}  // namespace vitrine::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels::cpu {

HWY_EXPORT(chooseChannelNormalize);
HWY_EXPORT(chooseNormalizeRow);
HWY_EXPORT(chooseSummedRow);

NormalizeRow normalizeRow(NormalizedBy then) {
    return HWY_DYNAMIC_DISPATCH(chooseNormalizeRow)(then);
}

SummedRow summedRow(NormalizedBy then) { return HWY_DYNAMIC_DISPATCH(chooseSummedRow)(then); }

Kernel channelNormalize(const ChannelProblem& problem) {
    return bindChannelMap("channel.normalize", problem,
                          HWY_DYNAMIC_DISPATCH(chooseChannelNormalize)(problem.epilogue));
}

}  // namespace vitrine::kernels::cpu
#endif

// SPDX-License-Identifier: Apache-2.0
// Optimiser updates in Highway: one pass over a parameter, its gradient and its slots.
#include "kernels/cpu/update.h"

#include <cmath>

#include "kernels/cpu/choice.h"
#include "kernels/cpu/cut.h"
#include "kernels/cpu/rows.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/update.cpp"
#include "hwy/foreach_target.h"
//
#include "hwy/highway.h"
#include "kernels/cpu/access-inl.h"

#ifndef VITRINE_KERNELS_CPU_UPDATE_BOUND
#define VITRINE_KERNELS_CPU_UPDATE_BOUND
namespace vitrine::kernels::cpu {

/// Small, so that threads share what two of them have made gradients of.
inline constexpr int64_t grainElements = 4096;

/// The parameter is cut at multiples of 16 elements.
template <class Problem>
struct BoundUpdate {
    Problem problem;
    Cut blocks;

    explicit BoundUpdate(const Problem& given)
        : problem(given),
          blocks(cut((given.count + blockWidth - 1) / blockWidth, blockWidth, grainElements)) {}
    int64_t begin(int64_t part) const { return blocks.begin(part) * blockWidth; }
    int64_t end(int64_t part) const {
        return std::min(blocks.end(part) * blockWidth, problem.count);
    }
};

}  // namespace vitrine::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::ScalableTag<float>;
using Vector = hn::Vec<Floats>;

HWY_INLINE Vector broadcast(double value) { return hn::Set(Floats(), static_cast<float>(value)); }

/// Calls step(i, access) for the vectors of [begin, end).
template <class Step>
HWY_INLINE void forEachVector(int64_t begin, int64_t end, const Step& step) {
    const int64_t lanes = static_cast<int64_t>(hn::Lanes(Floats()));
    int64_t i = begin;
    for (; i + lanes <= end; i += lanes) step(i, Whole{});
    if (i < end) step(i, Partial{end - i});
}

template <bool nesterov>
void runSgd(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& bound = *static_cast<const BoundUpdate<SgdProblem>*>(problem);
    const auto in = [&](int i) { return static_cast<const float*>(operands[i]); };
    const float *oldP = in(0), *gradient = in(1), *oldV = in(2);
    auto *newP = static_cast<float*>(operands[5]), *newV = static_cast<float*>(operands[6]);
    const Floats d;
    const Vector lr = hn::Set(d, *in(3)), scale = hn::Set(d, *in(4));
    const Vector momentum = broadcast(bound.problem.momentum);
    const Vector weightDecay = broadcast(bound.problem.weightDecay);
    forEachVector(bound.begin(part), bound.end(part), [&](int64_t i, auto access) HWY_ATTR {
        const Vector p = access.load(d, oldP + i);
        const Vector g = hn::MulAdd(weightDecay, p, hn::Mul(scale, access.load(d, gradient + i)));
        const Vector v = hn::MulAdd(momentum, access.load(d, oldV + i), g);
        const Vector direction = nesterov ? hn::MulAdd(momentum, v, g) : v;
        access.store(d, hn::NegMulAdd(lr, direction, p), newP + i);
        access.store(d, v, newV + i);
    });
}

template <bool decoupled>
void runAdam(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& bound = *static_cast<const BoundUpdate<AdamProblem>*>(problem);
    const AdamProblem& adam = bound.problem;
    const auto in = [&](int i) { return static_cast<const float*>(operands[i]); };
    const auto out = [&](int i) { return static_cast<float*>(operands[i]); };
    const float *oldP = in(0), *gradient = in(1), *oldM = in(2), *oldV = in(3);
    float *newP = out(7), *newM = out(8), *newV = out(9);
    const double t = static_cast<double>(*static_cast<const int64_t*>(operands[4]));
    const double rate = static_cast<double>(*in(5));

    const Floats d;
    const Vector scale = hn::Set(d, *in(6)), epsilon = broadcast(adam.epsilon);
    const Vector beta1 = broadcast(adam.beta1), rest1 = broadcast(1 - adam.beta1);
    const Vector beta2 = broadcast(adam.beta2), rest2 = broadcast(1 - adam.beta2);
    const Vector stepSize = broadcast(rate / (1 - std::pow(adam.beta1, t)));
    const Vector correction = broadcast(1 / (1 - std::pow(adam.beta2, t)));
    const Vector weightDecay = broadcast(adam.weightDecay);
    const Vector keep = broadcast(1 - rate * adam.weightDecay);
    forEachVector(bound.begin(part), bound.end(part), [&](int64_t i, auto access) HWY_ATTR {
        Vector p = access.load(d, oldP + i);
        Vector g = hn::Mul(scale, access.load(d, gradient + i));
        if constexpr (decoupled)
            p = hn::Mul(p, keep);
        else
            g = hn::MulAdd(weightDecay, p, g);
        const Vector m = hn::MulAdd(beta1, access.load(d, oldM + i), hn::Mul(rest1, g));
        const Vector v = hn::MulAdd(beta2, access.load(d, oldV + i), hn::Mul(hn::Mul(rest2, g), g));
        const Vector root = hn::Add(hn::Sqrt(hn::Mul(v, correction)), epsilon);
        access.store(d, hn::Sub(p, hn::Div(hn::Mul(stepSize, m), root)), newP + i);
        access.store(d, m, newM + i);
        access.store(d, v, newV + i);
    });
}

Choice chooseSgd(bool nesterov) {
    return {nesterov ? runSgd<true> : runSgd<false>, hwy::TargetName(HWY_TARGET)};
}
Choice chooseAdam(bool decoupled) {
    return {decoupled ? runAdam<true> : runAdam<false>, hwy::TargetName(HWY_TARGET)};
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace vitrine::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels::cpu {

HWY_EXPORT(chooseSgd);
HWY_EXPORT(chooseAdam);

Kernel bindSgdUpdate(const SgdProblem& problem) {
    const BoundUpdate<SgdProblem> bound(problem);
    return bindVector("update.sgd", Layout::RowMajor, bound,
                      HWY_DYNAMIC_DISPATCH(chooseSgd)(problem.nesterov), bound.blocks.parts);
}

Kernel bindAdamUpdate(const AdamProblem& problem) {
    const BoundUpdate<AdamProblem> bound(problem);
    return bindVector(problem.decoupled ? "update.adamw" : "update.adam", Layout::RowMajor, bound,
                      HWY_DYNAMIC_DISPATCH(chooseAdam)(problem.decoupled), bound.blocks.parts);
}

}  // namespace vitrine::kernels::cpu
#endif

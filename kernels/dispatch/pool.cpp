// SPDX-License-Identifier: Apache-2.0
// Which pooling kernel takes a problem.
#include "kernels/cpu/pool.h"
#include "kernels/dispatch/choose.h"
#include "kernels/dispatch/family.h"
#include "kernels/reference/pool.h"

namespace vitrine::kernels {

namespace {

bool isGateOfY(const Pool& pool, const Call& call) {
    return pool.pass == PoolPass::MaxBackward && inRegisters(call) == Epilogue::ReluGate &&
           !call.in(call.own).hasExtentsOf(call.out(0));
}

Operand indexOf(const Pool& pool, const Call& call) {
    switch (pool.pass) {
        case PoolPass::Max:
            return call.out(1);
        case PoolPass::MaxBackward:
        case PoolPass::MaxGather:
            return call.in(1);
        default:
            return {};
    }
}

/// The gate as one of the problem's operands, which need not repeat along the result.
Call withOwnGate(const Call& call) {
    Call result = call;
    result.store.clear();
    result.own = result.inputs();
    return result;
}

}  // namespace

Offers offersOf(const Pool& pool, const Call& call) {
    const bool gateOfY = isGateOfY(pool, call);
    const Call asked = gateOfY ? withOwnGate(call) : call;
    Together together(asked, allPlaces(asked));
    if (!pool.window.isFlat()) together.refusePlanes("images of one slice only");
    if (pool.window.rows.dilation != 1 || pool.window.columns.dilation != 1)
        together.refusePlanes("windows without gaps only");
    if (gateOfY) together.sameHalo({{0, call.own}});
    return together.offers();
}

Kernel bindTo(const Pool& pool, const Call& call) {
    const bool isBackward =
        pool.pass == PoolPass::MaxBackward || pool.pass == PoolPass::AverageBackward;
    const PoolProblem problem{.x = isBackward ? call.out(0) : call.in(0),
                              .y = isBackward ? call.in(0) : call.out(0),
                              .index = indexOf(pool, call),
                              .window = pool.window,
                              .countIncludePad = pool.countIncludePad,
                              .epilogue = inRegisters(call),
                              .isGateOfY = isGateOfY(pool, call)};
    switch (pool.pass) {
        case PoolPass::Max:
            return selectMaxPool(problem);
        case PoolPass::MaxBackward:
            return selectMaxPoolBackward(problem);
        case PoolPass::MaxGather:
            return selectMaxPoolGather(problem);
        case PoolPass::Average:
            return selectAvgPool(problem);
        default:
            return selectAvgPoolBackward(problem);
    }
}

Kernel selectMaxPool(const PoolProblem& problem) {
    return choose(problem, {cpu::maxPool, reference::maxPool});
}
Kernel selectMaxPoolBackward(const PoolProblem& problem) {
    return choose(problem, {cpu::maxPoolBackward, reference::maxPoolBackward});
}
Kernel selectMaxPoolGather(const PoolProblem& problem) {
    return choose(problem, {cpu::maxPoolGather, reference::maxPoolGather});
}
Kernel selectAvgPool(const PoolProblem& problem) {
    return choose(problem, {cpu::avgPool, reference::avgPool});
}
Kernel selectAvgPoolBackward(const PoolProblem& problem) {
    return choose(problem, {cpu::avgPoolBackward, reference::avgPoolBackward});
}

}  // namespace vitrine::kernels

// SPDX-License-Identifier: Apache-2.0
// Which fully connected kernel takes a problem.
#include <algorithm>

#include "kernels/cpu/linear.h"
#include "kernels/dispatch/choose.h"
#include "kernels/dispatch/family.h"
#include "kernels/reference/linear.h"

namespace vitrine::kernels {

namespace {

// What one core reaches; only their ratio decides anything.
constexpr double lanesFlopsPerSecond = 2e10, rowsFlopsPerSecond = 2.6e10;
/// Rows among which packing the weights is shared as dear as all products with them.
constexpr double rowsOfPacking = 256;
constexpr double plainFlopsPerSecond = 1e9;
constexpr double dotsFlopsPerSecond = 6e10, weightsPerSecond = 8e9;

/// Dot products take the weights as they come from memory; other kernels for row-major memory pack
/// them for each call.
double rowsSeconds(const LinearProblem& problem, double flops, bool byDots) {
    const double weights = static_cast<double>(problem.in) * static_cast<double>(problem.out);
    if (byDots) return std::max(flops / dotsFlopsPerSecond, weights / weightsPerSecond);
    if (problem.dtype != DType::F32) return flops / plainFlopsPerSecond;
    return flops / rowsFlopsPerSecond * (1 + rowsOfPacking / static_cast<double>(problem.n));
}

/// Lanes compute whole groups of images.
double lanesSeconds(const LinearProblem& problem, double flops) {
    const int64_t images = (problem.n + blockWidth - 1) / blockWidth * blockWidth;
    return flops / lanesFlopsPerSecond * static_cast<double>(images) /
           static_cast<double>(std::max<int64_t>(problem.n, 1));
}

LinearProblem problemOf(const Linear& linear, const Call& call) {
    const bool isForward = linear.pass == LinearPass::Forward;
    const Operand& x = linear.pass == LinearPass::Data ? call.out(0) : call.in(isForward ? 0 : 1);
    const Operand& y = isForward ? call.out(0) : call.in(0);
    LinearProblem problem{.n = x.n,
                          .in = x.c,
                          .out = y.c,
                          .layout = x.layout,
                          .bias = linear.bias,
                          .epilogue = inRegisters(call),
                          .dtype = x.dtype};
    if (loadsInside(call)) problem.load = call.load[0];
    return problem;
}

}  // namespace

bool loadsInside(const Call& call) {
    const auto* const linear = std::get_if<Linear>(&call.problem);
    if (!linear || linear->pass == LinearPass::Data || call.load.size() != 1) return false;
    const int x = linear->pass == LinearPass::Forward ? 0 : 1;
    const Operand& operand = call.in(static_cast<size_t>(x));
    const ChainStep& step = call.load[0];
    return operand.layout == Layout::RowMajor && operand.dtype == DType::F32 && step.at == x &&
           step.a == ChainStep::soFar && operandsOf(step.function) == 1 && call.sums.empty();
}

Offers offersOf(const Linear& linear, const Call& call) {
    const size_t second = linear.pass == LinearPass::Weights ? 1 : call.inputs();
    const LinearProblem problem = problemOf(linear, call);
    const double flops = 2.0 * static_cast<double>(problem.n) * static_cast<double>(problem.in) *
                         static_cast<double>(problem.out);
    Offers result = Together(call, {0, second})
                        .refuse(Layout::Blocked, "rows have too few channels side by side")
                        .offers();
    const bool byDots = linear.pass == LinearPass::Forward && problem.dtype == DType::F32 &&
                        problem.n <= cpu::mostDotRows;
    for (Offer& offer : result.list)
        offer.seconds = offer.layout() == Layout::Lanes ? lanesSeconds(problem, flops)
                                                        : rowsSeconds(problem, flops, byDots);
    return result;
}

Kernel bindTo(const Linear& linear, const Call& call) {
    const LinearProblem problem = problemOf(linear, call);
    switch (linear.pass) {
        case LinearPass::Forward:
            return selectLinearForward(problem);
        case LinearPass::Data:
            return selectLinearData(problem);
        default:
            return selectLinearWeights(problem);
    }
}

Kernel selectLinearForward(const LinearProblem& problem) {
    return choose(problem, {cpu::linearDotsForward, cpu::linearRowsForward, cpu::linearForward,
                            reference::linearForward});
}
Kernel selectLinearData(const LinearProblem& problem) {
    return choose(problem, {cpu::linearRowsData, cpu::linearData, reference::linearData});
}
Kernel selectLinearWeights(const LinearProblem& problem) {
    return choose(problem, {cpu::linearRowsWeights, cpu::linearWeights, reference::linearWeights});
}

}  // namespace vitrine::kernels

// SPDX-License-Identifier: Apache-2.0
// Which pointwise kernel takes a problem: the vector kernels know every layout in float32, the
// others row-major operands as they lie, in any floating-point type.
#include "kernels/api/pointwise.h"

#include <algorithm>

#include "kernels/api/cast.h"
#include "kernels/api/normalize.h"
#include "kernels/cpu/chain.h"
#include "kernels/cpu/pointwise.h"
#include "kernels/cpu/pointwise_strided.h"
#include "kernels/cpu/reach.h"
#include "kernels/cpu/strided.h"
#include "kernels/dispatch/choose.h"
#include "kernels/dispatch/family.h"
#include "kernels/reference/fill_words.h"
#include "kernels/reference/pointwise.h"

namespace vitrine::kernels {
namespace {

bool isWhole(const Operand& operand, const Operand& result) {
    return operand.hasExtentsOf(result) &&
           (result.layout != Layout::RowMajor || cpu::isContiguous(operand));
}

Kernel alike(const PointwiseProblem& problem) {
    const int operands = operandsOf(problem.function);
    if (operands > 2) return refuse("vector: wants one or two operands");
    if (!isWhole(problem.a, problem.y) || (operands == 2 && !isWhole(problem.b, problem.y)))
        return refuse("vector: wants operands without gaps and repeats");
    return cpu::bindPointwise(problem);
}

/// In planes, what repeats is written out as chains do.
Kernel inPlanes(const PointwiseProblem& problem) {
    if (problem.y.layout == Layout::RowMajor) return refuse("chain: wants planes");
    Call call{.problem = Map{problem.function, problem.p, problem.q}, .operands = {problem.a}};
    if (operandsOf(problem.function) > 1) call.operands.push_back(problem.b);
    if (operandsOf(problem.function) > 2) call.operands.push_back(problem.c);
    call.own = call.operands.size();
    call.operands.push_back(problem.y);
    return cpu::canChain(call, problem.y.layout) ? cpu::bindChain(call)
                                                 : refuse("chain: an operand repeats otherwise");
}

}  // namespace

/// Every layout is read and written at memory's speed.
Offers offersOf(const Map&, const Call& call) {
    Together together(call, {call.inputs()});
    std::vector<InPlace> everywhere;
    for (size_t k = 0; k < call.inputs(); ++k) everywhere.push_back({0, k});
    together.inPlace(std::move(everywhere));
    // Chains take operands without gaps.
    if (call.store.empty()) together.strided(ownPlaces(call));
    return together.offers(1);
}

Kernel bindTo(const Map& map, const Call& call) {
    PointwiseProblem problem{
        .function = map.function, .a = call.in(0), .b = {}, .y = call.out(0), .p = map.p};
    if (call.own > 1) problem.b = call.in(1);
    if (call.own > 2) problem.c = call.in(2);
    problem.q = map.q;
    return selectPointwise(problem);
}

Offers offersOf(const ScaleBy&, const Call& call) {
    return Together(call, {call.inputs()}).inPlace({{0, 0}}).offers(1);
}
Kernel bindTo(const ScaleBy&, const Call& call) { return selectScaleBy({call.in(0), call.out(0)}); }

Offers offersOf(const Fill&, const Call& call) {
    Together together(call, {0});
    if (call.out(0).dtype != DType::F32) together.refusePlanes("wants f32");
    return together.offers();
}
Kernel bindTo(const Fill& fill, const Call& call) {
    return selectFill({.y = call.out(0), .value = fill.value});
}

Offers offersOf(const Dropout&, const Call& call) {
    return Together(call, {0, call.inputs()}).inPlace({{0, 0}}).offers(1);
}
Kernel bindTo(const Dropout& dropout, const Call& call) {
    return selectDropout(
        {.x = call.in(0), .y = call.out(0), .rate = dropout.rate, .stream = dropout.stream});
}

Offers offersOf(const Uniform&, const Call& call) {
    return Together(call, {call.inputs()}).offers(1);
}
Kernel bindTo(const Uniform& uniform, const Call& call) {
    return selectUniform({.y = call.out(0), .stream = uniform.stream});
}

Offers offersOf(const Cast&, const Call& call) {
    Together together(call, allPlaces(call), Together::Types::Any);
    if (isPacked(call.in(0).dtype) || isPacked(call.out(0).dtype))
        together.refusePlanes("packed types lie in row-major memory alone");
    return together.sameHalo({{0, 1}}).offers();
}
Kernel bindTo(const Cast& cast, const Call& call) {
    return selectCast({.x = call.in(0), .y = call.out(0), .saturate = cast.saturate});
}

Offers offersOf(const Normalize&, const Call& call) { return rowMajorOnly(call); }
Kernel bindTo(const Normalize& what, const Call& call) {
    return selectNormalize({.x = call.in(0), .y = call.out(0), .mean = what.mean, .std = what.std});
}

Kernel selectPointwise(const PointwiseProblem& problem) {
    return choose(problem, {float32Only<alike>, float32Only<inPlanes>, cpu::bindPointwiseStrided});
}
Kernel selectScaleBy(const ScaleByProblem& problem) {
    return choose(problem, {float32Only<cpu::bindScaleBy>, reference::bindScaleBy});
}
Kernel selectFill(const FillProblem& problem) {
    return choose(problem,
                  {float32Only<cpu::bindFill>, reference::bindFill, reference::bindFillWords});
}
Kernel selectDropout(const DropoutProblem& problem) {
    return choose(problem, {float32Only<cpu::bindDropout>, reference::bindDropout});
}
Kernel selectUniform(const UniformProblem& problem) {
    return choose(problem, {float32Only<cpu::bindUniform>, reference::bindUniform});
}

bool areCheap(std::span<const ChainStep> steps) {
    constexpr auto isCheap = [](const ChainStep& step) {
        using enum Pointwise;
        switch (step.function) {
            case Add:
            case Sub:
            case Mul:
            case MulAdd:
            case Scale:
            case Shift:
            case Relu:
            case ReluGate:
            case LeakyRelu:
            case LeakyReluGate:
            case Abs:
            case Square:
            case HardSigmoid:
            case HardSwish:
            case Clamp:
            case InsideGate:
            case OutsideGate:
            case Max:
            case Min:
                return true;
            default:
                return false;
        }
    };
    return std::ranges::all_of(steps, isCheap);
}

}  // namespace vitrine::kernels

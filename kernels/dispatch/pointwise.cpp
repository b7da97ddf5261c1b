// SPDX-License-Identifier: Apache-2.0
// Which pointwise kernel takes a problem: the vector kernels know every layout in float32, the
// others row-major operands as they lie, in any floating-point type.
#include "kernels/api/pointwise.h"

#include "kernels/cpu/pointwise.h"
#include "kernels/cpu/pointwise_strided.h"
#include "kernels/cpu/strided.h"
#include "kernels/reference/pointwise.h"

namespace vitrine::kernels {
namespace {

Kernel contiguous(const PointwiseProblem& problem) {
    if (problem.y.dtype != DType::F32)
        return refuse("vector: wants f32, got " + std::string(name(problem.y.dtype)));
    const bool isWhole = cpu::isContiguous(problem.a) &&
                         (!isBinary(problem.function) || cpu::isContiguous(problem.b));
    if (problem.y.layout == Layout::RowMajor && !isWhole)
        return refuse("vector: wants operands without gaps and repeats");
    return cpu::bindPointwise(problem);
}

}  // namespace

Kernel selectPointwise(const PointwiseProblem& problem) {
    return choose(problem, {contiguous, cpu::bindPointwiseStrided});
}
Kernel selectScaleBy(const ScaleByProblem& problem) {
    return problem.y.dtype == DType::F32 ? cpu::bindScaleBy(problem)
                                         : reference::bindScaleBy(problem);
}
Kernel selectFill(const FillProblem& problem) {
    return problem.y.dtype == DType::F32 ? cpu::bindFill(problem) : reference::bindFill(problem);
}
Kernel selectDropout(const DropoutProblem& problem) {
    return problem.y.dtype == DType::F32 ? cpu::bindDropout(problem)
                                         : reference::bindDropout(problem);
}

}  // namespace vitrine::kernels

// SPDX-License-Identifier: Apache-2.0
// Which softmax, loss, row-wise or dot kernel takes a problem: the vector kernels know every
// layout in float32, the plain loops double in row-major.
#include "kernels/api/loss.h"

#include "kernels/cpu/loss.h"
#include "kernels/dispatch/choose.h"
#include "kernels/dispatch/family.h"
#include "kernels/reference/loss.h"

namespace vitrine::kernels {

Offers offersOf(const Row& row, const Call& call) {
    const size_t result = call.inputs();
    std::vector<size_t> matrices{0};
    if (row.pass == RowPass::Dot || row.pass == RowPass::SoftmaxGrad) matrices.push_back(1);
    const bool keepsShape = row.pass != RowPass::CrossEntropy && row.pass != RowPass::Dot;
    if (keepsShape) matrices.push_back(result);
    Together together(call, matrices);
    if (keepsShape) together.inPlace({{0, 0}});
    return together.refuse(Layout::Blocked, "rows are summed over their channels").offers();
}

Kernel bindTo(const Row& row, const Call& call) {
    const Operand& x = call.in(0);
    const RowProblem problem{.n = x.n,
                             .c = x.c,
                             .layout = x.layout,
                             .labelSmoothing = row.labelSmoothing,
                             .dtype = x.dtype};
    switch (row.pass) {
        case RowPass::Softmax:
            return selectSoftmax(problem);
        case RowPass::LogSoftmax:
            return selectLogSoftmax(problem);
        case RowPass::CrossEntropy:
            return selectCrossEntropy(problem);
        case RowPass::CrossEntropyGrad:
            return selectCrossEntropyGrad(problem);
        case RowPass::Dot:
            return selectRowDot(problem);
        case RowPass::SoftmaxGrad:
            return selectSoftmaxGrad(problem);
        default:
            return selectRowScale(problem);
    }
}

Offers offersOf(const Dot&, const Call& call) { return Together(call, {0, 1}).offers(1); }
Kernel bindTo(const Dot&, const Call& call) { return selectDot({call.in(0), call.in(1)}); }

Kernel selectSoftmax(const RowProblem& problem) {
    return choose(problem, {float32Only<cpu::bindSoftmax>, reference::bindSoftmax});
}
Kernel selectLogSoftmax(const RowProblem& problem) {
    return choose(problem, {float32Only<cpu::bindLogSoftmax>, reference::bindLogSoftmax});
}
Kernel selectCrossEntropy(const RowProblem& problem) {
    return choose(problem, {float32Only<cpu::bindCrossEntropy>, reference::bindCrossEntropy});
}
Kernel selectCrossEntropyGrad(const RowProblem& problem) {
    return choose(problem,
                  {float32Only<cpu::bindCrossEntropyGrad>, reference::bindCrossEntropyGrad});
}
Kernel selectRowDot(const RowProblem& problem) {
    return choose(problem, {float32Only<cpu::bindRowDot>, reference::bindRowDot});
}
Kernel selectRowScale(const RowProblem& problem) {
    return choose(problem, {float32Only<cpu::bindRowScale>, reference::bindRowScale});
}
Kernel selectSoftmaxGrad(const RowProblem& problem) {
    return choose(problem, {float32Only<cpu::bindSoftmaxGrad>, reference::bindSoftmaxGrad});
}
Kernel selectDot(const DotProblem& problem) {
    return choose(problem, {float32Only<cpu::bindDot>, reference::bindDot});
}

}  // namespace vitrine::kernels

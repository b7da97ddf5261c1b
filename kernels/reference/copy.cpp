// SPDX-License-Identifier: Apache-2.0
// Layout copies element by element.
#include "kernels/reference/copy.h"

#include <algorithm>

#include "kernels/dispatch/bind.h"
#include "kernels/reference/image_offset.h"

namespace vitrine::kernels::reference {
namespace {

int64_t sourceOffset(const ReorderProblem& problem, int64_t n, int64_t c, int64_t h, int64_t w) {
    if (problem.x.layout != Layout::RowMajor) return offsetOf(problem.x, n, c, h, w);
    const auto& stride = problem.xStrides;
    return n * stride[0] + c * stride[1] + h * stride[2] + w * stride[3];
}

int64_t targetOffset(const ReorderProblem& problem, int64_t n, int64_t c, int64_t h, int64_t w) {
    const auto& stride = problem.yStrides;
    if (problem.y.layout != Layout::RowMajor || stride == std::array<int64_t, 4>{})
        return offsetOf(problem.y, n, c, h, w);
    return n * stride[0] + c * stride[1] + h * stride[2] + w * stride[3];
}

template <class Element>
void run(const void* bound, void* const* operands, Workspace, int, int64_t) {
    const auto& problem = *static_cast<const ReorderProblem*>(bound);
    const auto* x = static_cast<const Element*>(operands[0]);
    auto* y = static_cast<Element*>(operands[1]);
    std::fill_n(y, problem.y.storageElements(), Element{0});
    forEachElement(problem.y, [&](int64_t n, int64_t c, int64_t h, int64_t w) {
        y[targetOffset(problem, n, c, h, w)] = x[sourceOffset(problem, n, c, h, w)];
    });
}

template <class Element>
void runPack(const void* bound, void* const* operands, Workspace, int, int64_t) {
    const Packing& packing = static_cast<const PackProblem*>(bound)->packing;
    const auto* x = static_cast<const Element*>(operands[0]);
    auto* y = static_cast<Element*>(operands[1]);
    std::fill_n(y, packing.storageElements(), Element{0});
    for (int64_t filter = 0; filter < packing.groups * packing.filters; ++filter)
        for (int64_t channel = 0; channel < packing.channels; ++channel)
            for (int64_t tap = 0; tap < packing.taps; ++tap)
                y[packing.indexOf({filter, channel, tap})] = *x++;
}

}  // namespace

Kernel reorder(const ReorderProblem& problem) {
    const Kernel::Run chosen = problem.elementBytes == 1   ? run<uint8_t>
                               : problem.elementBytes == 2 ? run<uint16_t>
                               : problem.elementBytes == 4 ? run<uint32_t>
                                                           : run<uint64_t>;
    return bindKernel("copy.reorder reference", problem, chosen);
}

Kernel pack(const PackProblem& problem) {
    const Kernel::Run chosen = problem.elementBytes == 1   ? runPack<uint8_t>
                               : problem.elementBytes == 2 ? runPack<uint16_t>
                               : problem.elementBytes == 4 ? runPack<uint32_t>
                                                           : runPack<uint64_t>;
    return bindKernel("copy.pack reference", problem, chosen);
}

}  // namespace vitrine::kernels::reference

// SPDX-License-Identifier: Apache-2.0
// There are 256 pixels, so that all results stand in a table.
#include "kernels/api/normalize.h"

#include <algorithm>
#include <array>

#include "kernels/cpu/cut.h"
#include "kernels/dispatch/bind.h"

namespace vitrine::kernels {
namespace {

constexpr int64_t grainElements = 32 * 1024;

template <class Number>
struct Plan {
    std::array<Number, 256> table{};
    Cut elements;
};

template <class Number>
void run(const void* problem, void* const* operands, void*, int, int64_t part) {
    const auto& plan = *static_cast<const Plan<Number>*>(problem);
    const auto* x = static_cast<const uint8_t*>(operands[0]);
    auto* y = static_cast<Number*>(operands[1]);
    const int64_t end = plan.elements.end(part);
    for (int64_t i = plan.elements.begin(part); i < end; ++i) y[i] = plan.table[x[i]];
}

template <class Number>
Kernel bindNormalize(const NormalizeProblem& problem) {
    Plan<Number> plan;
    for (size_t pixel = 0; pixel < plan.table.size(); ++pixel)
        plan.table[pixel] =
            static_cast<Number>((static_cast<double>(pixel) / 255 - problem.mean) / problem.std);
    plan.elements = cut(problem.y.storageElements(), 1, grainElements);
    std::string kernelName = "normalize row-major to ";
    kernelName.append(name(problem.y.dtype));
    Kernel kernel = bindKernel(std::move(kernelName), plan, run<Number>);
    kernel.parts[0] = plan.elements.parts;
    return kernel;
}

}  // namespace

Kernel selectNormalize(const NormalizeProblem& problem) {
    return problem.y.dtype == DType::F64 ? bindNormalize<double>(problem)
                                         : bindNormalize<float>(problem);
}

}  // namespace vitrine::kernels

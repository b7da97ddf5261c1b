// SPDX-License-Identifier: Apache-2.0
// There are 256 pixels, so that all results of a channel stand in a table.
#include "kernels/api/normalize.h"

#include <algorithm>
#include <array>
#include <vector>

#include "kernels/cpu/cut.h"
#include "kernels/dispatch/bind.h"

namespace vitrine::kernels {
namespace {

constexpr int64_t grainElements = 4 * 1024;  // about 1 µs

template <class Number>
struct Plan {
    std::vector<std::array<Number, 256>> tables;  ///< one for all channels, or one for each
    int64_t plane = 0;                            ///< pixels that share one, one after the other
    Cut elements;
};

template <class Number>
void run(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& plan = *static_cast<const Plan<Number>*>(problem);
    const auto* x = static_cast<const uint8_t*>(operands[0]);
    auto* y = static_cast<Number*>(operands[1]);
    const int64_t end = plan.elements.end(part), channels = std::ssize(plan.tables);
    for (int64_t i = plan.elements.begin(part); i < end;) {
        const int64_t plane = i / plan.plane;
        const auto& table = plan.tables[static_cast<size_t>(plane % channels)];
        for (const int64_t last = std::min(end, (plane + 1) * plan.plane); i < last; ++i)
            y[i] = table[x[i]];
    }
}

/// Of one channel.
template <class Number>
std::array<Number, 256> tableOf(double mean, double std) {
    std::array<Number, 256> table{};
    for (size_t pixel = 0; pixel < table.size(); ++pixel)
        table[pixel] = static_cast<Number>((static_cast<double>(pixel) / 255 - mean) / std);
    return table;
}

template <class Number>
Kernel bindNormalize(const NormalizeProblem& problem) {
    Plan<Number> plan;
    const size_t tables = std::max(problem.mean.size(), problem.std.size());
    for (size_t c = 0; c < tables; ++c)
        plan.tables.push_back(tableOf<Number>(problem.mean[problem.mean.size() > 1 ? c : 0],
                                              problem.std[problem.std.size() > 1 ? c : 0]));
    const int64_t all = problem.y.storageElements();
    plan.plane = std::max<int64_t>(1, tables > 1 ? problem.y.h * problem.y.w : all);
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

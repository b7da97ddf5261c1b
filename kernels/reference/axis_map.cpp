// SPDX-License-Identifier: Apache-2.0
// Linear maps along one axis in plain loops.
#include "kernels/reference/axis_map.h"

#include <algorithm>

#include "kernels/reference/plain_kernel.h"

namespace vitrine::kernels::reference {

Kernel bindAxisMap(const AxisMapProblem& problem) {
    const auto weights = static_cast<int64_t>(problem.map.weight.size());
    const int64_t taps = std::max<int64_t>(1, weights / problem.out);
    return plainKernel(
        "axis_map", problem, {.dtype = problem.dtype},
        cut(problem.outer * problem.out, problem.inner * taps, plainGrain),
        []<class T>(const AxisMapProblem& p, Operands operands, int64_t begin, int64_t end) {
            constexpr int64_t width = 64;
            const T* const x = operands.next<const T>();
            T* const y = operands.next<T>();
            for (int64_t row = begin; row < end; ++row) {
                const auto result = static_cast<size_t>(row % p.out);
                const T* const from = x + row / p.out * p.in * p.inner;
                for (int64_t first = 0; first < p.inner; first += width) {
                    const int64_t count = std::min(width, p.inner - first);
                    double sums[width] = {};
                    for (int64_t k = p.map.begin[result]; k < p.map.begin[result + 1]; ++k) {
                        const auto at = static_cast<size_t>(k);
                        const T* const line = from + p.map.index[at] * p.inner + first;
                        for (int64_t i = 0; i < count; ++i) sums[i] += p.map.weight[at] * line[i];
                    }
                    for (int64_t i = 0; i < count; ++i)
                        y[row * p.inner + first + i] = static_cast<T>(sums[i]);
                }
            }
        });
}

}  // namespace vitrine::kernels::reference

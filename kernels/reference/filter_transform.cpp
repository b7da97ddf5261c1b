// SPDX-License-Identifier: Apache-2.0
// The two products with G, element by element.
#include "kernels/reference/filter_transform.h"

#include "kernels/dispatch/choose.h"
#include "kernels/reference/plain_kernel.h"

namespace vitrine::kernels::reference {

namespace {

constexpr double G[6][3] = {{1.0 / 4, 0, 0},
                            {-1.0 / 6, -1.0 / 6, -1.0 / 6},
                            {-1.0 / 6, 1.0 / 6, -1.0 / 6},
                            {1.0 / 24, 1.0 / 12, 1.0 / 6},
                            {1.0 / 24, -1.0 / 12, 1.0 / 6},
                            {0, 0, 1}};

}  // namespace

Kernel filterTransform(const FilterTransformProblem& problem) {
    if (problem.packing) return refuse("reference: wants frequencies row-major");
    return plainKernel(
        problem.adjoint ? "filter_transform.adjoint" : "filter_transform", problem,
        {Layout::RowMajor, problem.dtype}, cut(problem.filters, 1, plainGrain / 36),
        []<class T>(const FilterTransformProblem& p, Operands operands, int64_t begin,
                    int64_t end) {
            const int from = p.adjoint ? 6 : 3, to = p.adjoint ? 3 : 6;
            const auto g = [&](int out, int in) { return p.adjoint ? G[in][out] : G[out][in]; };
            const T* x = operands.next<const T>() + begin * from * from;
            T* y = operands.next<T>() + begin * to * to;
            for (int64_t filter = begin; filter < end; ++filter, x += from * from, y += to * to)
                for (int i = 0; i < to; ++i)
                    for (int j = 0; j < to; ++j) {
                        double sum = 0;
                        for (int r = 0; r < from; ++r)
                            for (int s = 0; s < from; ++s)
                                sum += g(i, r) * static_cast<double>(x[r * from + s]) * g(j, s);
                        y[i * to + j] = static_cast<T>(sum);
                    }
        });
}

}  // namespace vitrine::kernels::reference

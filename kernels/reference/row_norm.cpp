// SPDX-License-Identifier: Apache-2.0
// Plain loops that define the normalisation of rows, on row-major float and double.
#include "kernels/reference/row_norm.h"

#include <algorithm>
#include <cmath>

#include "kernels/dispatch/bind.h"

namespace vitrine::kernels::reference {
namespace {

struct Moments {
    double mean = 0, inverse = 0;  ///< 1 / √(variance + epsilon)
};

template <class T>
Moments momentsOf(const T* x, int64_t c, double epsilon) {
    const auto count = static_cast<double>(c);
    double sum = 0, squares = 0;
    for (int64_t j = 0; j < c; ++j) sum += static_cast<double>(x[j]);
    const double mean = sum / count;
    for (int64_t j = 0; j < c; ++j) {
        const double centred = static_cast<double>(x[j]) - mean;
        squares += centred * centred;
    }
    return {mean, 1 / std::sqrt(squares / count + epsilon)};
}

/// Where the scale of element j of a row stands.
int64_t scaleOf(const RowNormProblem& problem, int64_t row, int64_t j) {
    return row % problem.blocks * problem.scalesOfRow() + j / problem.run();
}

template <class T>
void runForward(const void* bound, void* const* operands, Workspace, int, int64_t) {
    const auto& problem = *static_cast<const RowNormProblem*>(bound);
    const T* x = static_cast<const T*>(operands[0]);
    const T* scale = static_cast<const T*>(operands[1]);
    const T* shift = static_cast<const T*>(operands[2]);
    T* y = static_cast<T*>(operands[3]);
    for (int64_t i = 0; i < problem.n; ++i, x += problem.c, y += problem.c) {
        const Moments row = momentsOf(x, problem.c, problem.epsilon);
        for (int64_t j = 0; j < problem.c; ++j) {
            const int64_t s = scaleOf(problem, i, j);
            const double normal = (static_cast<double>(x[j]) - row.mean) * row.inverse;
            y[j] = static_cast<T>(normal * static_cast<double>(scale[s]) +
                                  static_cast<double>(shift[s]));
        }
    }
}

/// One row of dx; `dscale` and `dshift` of all rows grow.
template <class T>
void rowBackward(const RowNormProblem& problem, int64_t i, const T* dy, const T* x, const T* scale,
                 T* dx, T* dscale, T* dshift) {
    const Moments row = momentsOf(x, problem.c, problem.epsilon);
    const auto normal = [&](int64_t j) {
        return (static_cast<double>(x[j]) - row.mean) * row.inverse;
    };
    const auto g = [&](int64_t j) {
        return static_cast<double>(dy[j]) * static_cast<double>(scale[scaleOf(problem, i, j)]);
    };
    double mean = 0, along = 0;
    for (int64_t j = 0; j < problem.c; ++j) {
        mean += g(j) / static_cast<double>(problem.c);
        along += g(j) * normal(j) / static_cast<double>(problem.c);
        const int64_t s = scaleOf(problem, i, j);
        dscale[s] += static_cast<T>(static_cast<double>(dy[j]) * normal(j));
        dshift[s] += dy[j];
    }
    for (int64_t j = 0; j < problem.c; ++j)
        dx[j] = static_cast<T>(row.inverse * (g(j) - mean - normal(j) * along));
}

template <class T>
void runBackward(const void* bound, void* const* operands, Workspace, int, int64_t) {
    const auto& problem = *static_cast<const RowNormProblem*>(bound);
    T* dscale = static_cast<T*>(operands[4]);
    T* dshift = static_cast<T*>(operands[5]);
    std::fill_n(dscale, problem.scales, T(0));
    std::fill_n(dshift, problem.scales, T(0));
    for (int64_t i = 0; i < problem.n; ++i)
        rowBackward(problem, i, static_cast<const T*>(operands[0]) + i * problem.c,
                    static_cast<const T*>(operands[1]) + i * problem.c,
                    static_cast<const T*>(operands[2]),
                    static_cast<T*>(operands[3]) + i * problem.c, dscale, dshift);
}

}  // namespace

Kernel bindRowNorm(const RowNormProblem& problem) {
    return bindReference("row_norm", problem, {Layout::RowMajor, problem.dtype}, runForward<float>,
                         runForward<double>);
}
Kernel bindRowNormBackward(const RowNormProblem& problem) {
    return bindReference("row_norm.backward", problem, {Layout::RowMajor, problem.dtype},
                         runBackward<float>, runBackward<double>);
}

}  // namespace vitrine::kernels::reference

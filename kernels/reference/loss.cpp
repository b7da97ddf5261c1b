// SPDX-License-Identifier: Apache-2.0
// Plain loops that define the row-wise kernels and the dot product, on row-major float and double.
#include "kernels/reference/loss.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/dispatch/bind.h"

namespace vitrine::kernels::reference {
namespace {

/// max_j x_j and Σ_j exp(x_j − max).
template <class T>
struct RowSum {
    T largest;
    double sum = 0;
};

template <class T>
RowSum<T> rowSum(const T* x, int64_t c) {
    RowSum<T> row{*std::max_element(x, x + c)};
    for (int64_t j = 0; j < c; ++j) row.sum += std::exp(x[j] - row.largest);
    return row;
}

double target(const RowProblem& problem, bool matches) {
    return (matches ? 1 - problem.labelSmoothing : 0) +
           problem.labelSmoothing / static_cast<double>(problem.c);
}

template <class T>
const T* in(void* const* operands, int i) {
    return static_cast<const T*>(operands[i]);
}
template <class T>
T* out(void* const* operands, int i) {
    return static_cast<T*>(operands[i]);
}
const RowProblem& rows(const void* problem) { return *static_cast<const RowProblem*>(problem); }

template <class T>
void runSoftmax(const void* problem, void* const* o, Workspace, int, int64_t) {
    softmax(rows(problem), in<T>(o, 0), out<T>(o, 1));
}
template <class T>
void runLogSoftmax(const void* problem, void* const* o, Workspace, int, int64_t) {
    logSoftmax(rows(problem), in<T>(o, 0), out<T>(o, 1));
}
template <class T>
void runCrossEntropy(const void* problem, void* const* o, Workspace, int, int64_t) {
    crossEntropy(rows(problem), in<T>(o, 0), in<int32_t>(o, 1), out<T>(o, 2));
}
template <class T>
void runCrossEntropyGrad(const void* problem, void* const* o, Workspace, int, int64_t) {
    crossEntropyGrad(rows(problem), in<T>(o, 0), in<int32_t>(o, 1), in<T>(o, 2), out<T>(o, 3));
}
template <class T>
void runRowDot(const void* problem, void* const* o, Workspace, int, int64_t) {
    rowDot(rows(problem), in<T>(o, 0), in<T>(o, 1), out<T>(o, 2));
}
template <class T>
void runRowScale(const void* problem, void* const* o, Workspace, int, int64_t) {
    rowScale(rows(problem), in<T>(o, 0), in<T>(o, 1), out<T>(o, 2));
}
template <class T>
void runSoftmaxGrad(const void* problem, void* const* o, Workspace, int, int64_t) {
    softmaxGrad(rows(problem), in<T>(o, 0), in<T>(o, 1), out<T>(o, 2));
}
template <class T>
void runDot(const void* problem, void* const* o, Workspace, int, int64_t) {
    dot(*static_cast<const DotProblem*>(problem), in<T>(o, 0), in<T>(o, 1), out<T>(o, 2));
}

}  // namespace

template <class T>
void softmax(const RowProblem& problem, const T* x, T* y) {
    for (int64_t i = 0; i < problem.n; ++i, x += problem.c, y += problem.c) {
        const RowSum<T> row = rowSum(x, problem.c);
        for (int64_t j = 0; j < problem.c; ++j)
            y[j] = static_cast<T>(std::exp(x[j] - row.largest) / row.sum);
    }
}

template <class T>
void logSoftmax(const RowProblem& problem, const T* x, T* y) {
    for (int64_t i = 0; i < problem.n; ++i, x += problem.c, y += problem.c) {
        const RowSum<T> row = rowSum(x, problem.c);
        const T logSum = static_cast<T>(std::log(row.sum));
        for (int64_t j = 0; j < problem.c; ++j) y[j] = (x[j] - row.largest) - logSum;
    }
}
template <class T>
void crossEntropy(const RowProblem& problem, const T* logits, const int32_t* labels, T* loss) {
    double total = 0;
    for (int64_t i = 0; i < problem.n; ++i) {
        const T* x = logits + i * problem.c;
        const RowSum<T> row = rowSum(x, problem.c);
        const double logSum = std::log(row.sum);
        if (labels[i] < 0 || labels[i] >= problem.c)
            total += std::numeric_limits<double>::infinity();
        for (int64_t j = 0; j < problem.c; ++j)
            if (const double t = target(problem, j == labels[i]); t != 0)
                total += t * (logSum - static_cast<double>(x[j] - row.largest));
    }
    loss[0] = static_cast<T>(total / static_cast<double>(problem.n));
}

template <class T>
void crossEntropyGrad(const RowProblem& problem, const T* logits, const int32_t* labels, const T* g,
                      T* d) {
    const double scale = static_cast<double>(g[0]) / static_cast<double>(problem.n);
    for (int64_t i = 0; i < problem.n; ++i) {
        const T* x = logits + i * problem.c;
        const RowSum<T> row = rowSum(x, problem.c);
        for (int64_t j = 0; j < problem.c; ++j) {
            const double probability = std::exp(x[j] - row.largest) / row.sum;
            d[i * problem.c + j] =
                static_cast<T>((probability - target(problem, j == labels[i])) * scale);
        }
    }
}

template <class T>
void rowDot(const RowProblem& problem, const T* a, const T* b, T* dot) {
    for (int64_t i = 0; i < problem.n; ++i) {
        double sum = 0;
        for (int64_t j = i * problem.c; j < (i + 1) * problem.c; ++j)
            sum += static_cast<double>(a[j]) * static_cast<double>(b[j]);
        dot[i] = static_cast<T>(sum);
    }
}

template <class T>
void rowScale(const RowProblem& problem, const T* x, const T* r, T* y) {
    for (int64_t i = 0; i < problem.n; ++i)
        for (int64_t j = i * problem.c; j < (i + 1) * problem.c; ++j) y[j] = x[j] * r[i];
}

template <class T>
void softmaxGrad(const RowProblem& problem, const T* dy, const T* y, T* dx) {
    for (int64_t i = 0; i < problem.n; ++i) {
        double sum = 0;
        for (int64_t j = i * problem.c; j < (i + 1) * problem.c; ++j)
            sum += static_cast<double>(dy[j]) * static_cast<double>(y[j]);
        for (int64_t j = i * problem.c; j < (i + 1) * problem.c; ++j)
            dx[j] = y[j] * (dy[j] - static_cast<T>(sum));
    }
}

template <class T>
void dot(const DotProblem& problem, const T* a, const T* b, T* dot) {
    double sum = 0;
    for (int64_t i = 0; i < problem.a.elements(); ++i)
        sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    dot[0] = static_cast<T>(sum);
}

#define VITRINE_INSTANTIATE(T)                                                                 \
    template void softmax(const RowProblem&, const T*, T*);                                    \
    template void logSoftmax(const RowProblem&, const T*, T*);                                 \
    template void crossEntropy(const RowProblem&, const T*, const int32_t*, T*);               \
    template void crossEntropyGrad(const RowProblem&, const T*, const int32_t*, const T*, T*); \
    template void rowDot(const RowProblem&, const T*, const T*, T*);                           \
    template void rowScale(const RowProblem&, const T*, const T*, T*);                         \
    template void softmaxGrad(const RowProblem&, const T*, const T*, T*);                      \
    template void dot(const DotProblem&, const T*, const T*, T*);
VITRINE_INSTANTIATE(float)
VITRINE_INSTANTIATE(double)
#undef VITRINE_INSTANTIATE

Kernel bindSoftmax(const RowProblem& problem) {
    return bindReference("softmax", problem, Placed{problem.layout, problem.dtype},
                         runSoftmax<float>, runSoftmax<double>);
}
Kernel bindLogSoftmax(const RowProblem& problem) {
    return bindReference("log_softmax", problem, Placed{problem.layout, problem.dtype},
                         runLogSoftmax<float>, runLogSoftmax<double>);
}
Kernel bindCrossEntropy(const RowProblem& problem) {
    return bindReference("cross_entropy", problem, Placed{problem.layout, problem.dtype},
                         runCrossEntropy<float>, runCrossEntropy<double>);
}
Kernel bindCrossEntropyGrad(const RowProblem& problem) {
    return bindReference("cross_entropy.grad", problem, Placed{problem.layout, problem.dtype},
                         runCrossEntropyGrad<float>, runCrossEntropyGrad<double>);
}
Kernel bindRowDot(const RowProblem& problem) {
    return bindReference("row_dot", problem, Placed{problem.layout, problem.dtype},
                         runRowDot<float>, runRowDot<double>);
}
Kernel bindRowScale(const RowProblem& problem) {
    return bindReference("row_scale", problem, Placed{problem.layout, problem.dtype},
                         runRowScale<float>, runRowScale<double>);
}
Kernel bindSoftmaxGrad(const RowProblem& problem) {
    return bindReference("softmax.grad", problem, Placed{problem.layout, problem.dtype},
                         runSoftmaxGrad<float>, runSoftmaxGrad<double>);
}
Kernel bindDot(const DotProblem& problem) {
    return bindReference("dot", problem, placed(problem.a), runDot<float>, runDot<double>);
}

}  // namespace vitrine::kernels::reference

// SPDX-License-Identifier: Apache-2.0
// Fully connected layer in plain loops over row-major operands.
#include "kernels/reference/linear.h"

#include "kernels/dispatch/choose.h"
#include "kernels/reference/plain_kernel.h"

namespace vitrine::kernels::reference {

namespace {

/// Rows of a result, each of which costs its share of all products.
Cut rowsOf(const LinearProblem& problem, int64_t rows) {
    return cut(rows, problem.n * problem.in * problem.out / rows, plainGrain);
}

Kernel refuseLoad() { return refuse("reference: what is loaded is made before"); }

}  // namespace

Kernel linearForward(const LinearProblem& problem) {
    if (problem.load) return refuseLoad();
    return plainKernel(
        "linear.forward", problem, Placed{problem.layout, problem.dtype},
        rowsOf(problem, problem.n),
        []<class T>(const LinearProblem& p, Operands operands, int64_t begin, int64_t end) {
            const T* x = operands.next<const T>();
            const T* w = operands.next<const T>();
            const T* bias = operands.nextIf<const T>(p.bias);
            T* y = operands.next<T>();
            for (int64_t n = begin; n < end; ++n)
                for (int64_t o = 0; o < p.out; ++o) {
                    double sum = bias ? bias[o] : 0.0;
                    for (int64_t i = 0; i < p.in; ++i)
                        sum += static_cast<double>(x[n * p.in + i]) * w[o * p.in + i];
                    if (p.epilogue == Epilogue::Relu && sum < 0) sum = 0;
                    y[n * p.out + o] = static_cast<T>(sum);
                }
        });
}

Kernel linearData(const LinearProblem& problem) {
    return plainKernel(
        "linear.data", problem, Placed{problem.layout, problem.dtype}, rowsOf(problem, problem.n),
        []<class T>(const LinearProblem& p, Operands operands, int64_t begin, int64_t end) {
            const bool gated = p.epilogue == Epilogue::ReluGate;
            const T* dy = operands.next<const T>();
            const T* w = operands.next<const T>();
            const T* gate = operands.nextIf<const T>(gated);
            T* dx = operands.next<T>();
            for (int64_t n = begin; n < end; ++n)
                for (int64_t i = 0; i < p.in; ++i) {
                    double sum = 0;
                    for (int64_t o = 0; o < p.out; ++o)
                        sum += static_cast<double>(dy[n * p.out + o]) * w[o * p.in + i];
                    if (gated && !(gate[n * p.in + i] > 0)) sum = 0;
                    dx[n * p.in + i] = static_cast<T>(sum);
                }
        });
}

Kernel linearWeights(const LinearProblem& problem) {
    if (problem.load) return refuseLoad();
    return plainKernel(
        "linear.weights", problem, Placed{problem.layout, problem.dtype},
        rowsOf(problem, problem.out),
        []<class T>(const LinearProblem& p, Operands operands, int64_t begin, int64_t end) {
            const T* dy = operands.next<const T>();
            const T* x = operands.next<const T>();
            T* dw = operands.next<T>();
            for (int64_t o = begin; o < end; ++o)
                for (int64_t i = 0; i < p.in; ++i) {
                    double sum = 0;
                    for (int64_t n = 0; n < p.n; ++n)
                        sum += static_cast<double>(dy[n * p.out + o]) * x[n * p.in + i];
                    dw[o * p.in + i] = static_cast<T>(sum);
                }
        });
}

}  // namespace vitrine::kernels::reference

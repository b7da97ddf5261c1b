// SPDX-License-Identifier: Apache-2.0
// Plain loops that define the optimiser updates and the global norm, on flat float and double.
#include "kernels/reference/update.h"

#include <cmath>

#include "kernels/dispatch/bind.h"

namespace vitrine::kernels::reference {
namespace {

template <class T>
void runSgdUpdate(const void* problem, void* const* operands, Workspace, int, int64_t) {
    const auto in = [&](int i) { return static_cast<const T*>(operands[i]); };
    const auto out = [&](int i) { return static_cast<T*>(operands[i]); };
    sgdUpdate<T>(*static_cast<const SgdProblem*>(problem),
                 {in(0), in(1), in(2), in(3), in(4), out(5), out(6)});
}

template <class T>
void runAdamUpdate(const void* problem, void* const* operands, Workspace, int, int64_t) {
    const auto in = [&](int i) { return static_cast<const T*>(operands[i]); };
    const auto out = [&](int i) { return static_cast<T*>(operands[i]); };
    adamUpdate<T>(*static_cast<const AdamProblem*>(problem),
                  {in(0), in(1), in(2), in(3), static_cast<const int64_t*>(operands[4]), in(5),
                   in(6), out(7), out(8), out(9)});
}

template <class T>
double sumOfSquares(const T* g, int64_t count) {
    double sum = 0;
    for (int64_t i = 0; i < count; ++i)
        sum += static_cast<double>(g[i]) * static_cast<double>(g[i]);
    return sum;
}

template <class T>
void runGlobalNorm(const void* problem, void* const* operands, Workspace, int, int64_t) {
    const auto& p = *static_cast<const GlobalNormProblem*>(problem);
    globalNorm(p, operands, static_cast<T*>(operands[p.counts.size()]));
}

}  // namespace

template <class T>
void sgdUpdate(const SgdProblem& problem, const SgdOperands<T>& o) {
    const T momentum = static_cast<T>(problem.momentum);
    const T weightDecay = static_cast<T>(problem.weightDecay);
    for (int64_t i = 0; i < problem.count; ++i) {
        const T g = *o.scale * o.g[i] + weightDecay * o.p[i];
        const T v = momentum * o.v[i] + g;
        o.newP[i] = o.p[i] - *o.lr * (problem.nesterov ? g + momentum * v : v);
        o.newV[i] = v;
    }
}

template <class T>
void adamUpdate(const AdamProblem& problem, const AdamOperands<T>& o) {
    const double t = static_cast<double>(*o.step);
    const T beta1 = static_cast<T>(problem.beta1), beta2 = static_cast<T>(problem.beta2);
    const T rest1 = static_cast<T>(1 - problem.beta1), rest2 = static_cast<T>(1 - problem.beta2);
    const T correction1 = static_cast<T>(1 / (1 - std::pow(problem.beta1, t)));
    const T correction2 = static_cast<T>(1 / (1 - std::pow(problem.beta2, t)));
    const T epsilon = static_cast<T>(problem.epsilon);
    const T weightDecay = static_cast<T>(problem.weightDecay);
    for (int64_t i = 0; i < problem.count; ++i) {
        T p = o.p[i], g = *o.scale * o.g[i];
        if (problem.decoupled)
            p *= 1 - *o.lr * weightDecay;
        else
            g += weightDecay * p;
        const T m = beta1 * o.m[i] + rest1 * g;
        const T v = beta2 * o.v[i] + rest2 * g * g;
        o.newP[i] = p - *o.lr * (m * correction1) / (std::sqrt(v * correction2) + epsilon);
        o.newM[i] = m;
        o.newV[i] = v;
    }
}

template <class T>
void globalNorm(const GlobalNormProblem& problem, const void* const* g, T* norm) {
    double sum = 0;
    for (size_t t = 0; t < problem.counts.size(); ++t)
        sum += sumOfSquares(static_cast<const T*>(g[t]), problem.counts[t]);
    *norm = static_cast<T>(std::sqrt(sum));
}

template void sgdUpdate(const SgdProblem&, const SgdOperands<float>&);
template void sgdUpdate(const SgdProblem&, const SgdOperands<double>&);
template void adamUpdate(const AdamProblem&, const AdamOperands<float>&);
template void adamUpdate(const AdamProblem&, const AdamOperands<double>&);
template void globalNorm(const GlobalNormProblem&, const void* const*, float*);
template void globalNorm(const GlobalNormProblem&, const void* const*, double*);

Kernel bindSgdUpdate(const SgdProblem& problem) {
    return bindReference("update.sgd", problem, Placed{.dtype = problem.dtype}, runSgdUpdate<float>,
                         runSgdUpdate<double>);
}
Kernel bindAdamUpdate(const AdamProblem& problem) {
    return bindReference(problem.decoupled ? "update.adamw" : "update.adam", problem,
                         Placed{.dtype = problem.dtype}, runAdamUpdate<float>,
                         runAdamUpdate<double>);
}
Kernel bindGlobalNorm(const GlobalNormProblem& problem) {
    return bindReference("update.global_norm", problem, Placed{.dtype = problem.dtype},
                         runGlobalNorm<float>, runGlobalNorm<double>);
}

}  // namespace vitrine::kernels::reference

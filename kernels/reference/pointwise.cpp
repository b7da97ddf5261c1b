// SPDX-License-Identifier: Apache-2.0
// Plain loops that define the pointwise kernels, on row-major float and double.
#include "kernels/reference/pointwise.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

#include "kernels/dispatch/bind.h"
#include "kernels/reference/philox.h"
#include "kernels/reference/pointwise_numbers.h"

namespace vitrine::kernels::reference {
namespace {

template <class T>
T apply(Pointwise function, T a, [[maybe_unused]] T b, [[maybe_unused]] T c,
        const Parameters<T>& with) {
    [[maybe_unused]] const T p = with.p, q = with.q;
    switch (function) {
#define VITRINE_CASE(Name, text, operands, vector, number) \
    case Pointwise::Name:                                  \
        return number;
        VITRINE_POINTWISE_FUNCTIONS(VITRINE_CASE)
#undef VITRINE_CASE
    }
    return a;
}

template <class T>
void runPointwise(const void* problem, void* const* operands, Workspace, int, int64_t) {
    const auto& p = *static_cast<const PointwiseProblem*>(problem);
    const int inputs = operandsOf(p.function);
    const auto operand = [&](int k) {
        return k < inputs ? static_cast<const T*>(operands[k]) : nullptr;
    };
    pointwise(p, {operand(0), operand(1), operand(2)}, static_cast<T*>(operands[inputs]));
}

template <class T>
void runScaleBy(const void* problem, void* const* operands, Workspace, int, int64_t) {
    scaleBy(*static_cast<const ScaleByProblem*>(problem), static_cast<const T*>(operands[0]),
            static_cast<const T*>(operands[1]), static_cast<T*>(operands[2]));
}

template <class T>
void runFill(const void* problem, void* const* operands, Workspace, int, int64_t) {
    fill(*static_cast<const FillProblem*>(problem), static_cast<T*>(operands[0]));
}

template <class T>
void runDropout(const void* problem, void* const* operands, Workspace, int, int64_t) {
    dropout(*static_cast<const DropoutProblem*>(problem), static_cast<const T*>(operands[0]),
            static_cast<const int64_t*>(operands[1]), static_cast<T*>(operands[2]));
}

template <class T>
void runUniform(const void* problem, void* const* operands, Workspace, int, int64_t) {
    uniform(*static_cast<const UniformProblem*>(problem), static_cast<const int64_t*>(operands[0]),
            static_cast<T*>(operands[1]));
}

/// The first word of Philox for an element.
uint32_t wordOf(const int64_t* key, uint32_t stream, int64_t element) {
    const uint64_t seed = static_cast<uint64_t>(key[0]), index = static_cast<uint64_t>(element);
    return philox({static_cast<uint32_t>(index), static_cast<uint32_t>(index >> 32),
                   static_cast<uint32_t>(key[1]), stream},
                  {static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)})[0];
}

}  // namespace

template <class T>
void applyRow(Pointwise function, const Parameters<T>& with, const Operands<T>& from, T* y,
              int64_t count) {
    const auto at = [](const T* operand, int64_t i) { return operand ? operand[i] : T(0); };
    for (int64_t i = 0; i < count; ++i)
        y[i] = apply(function, from.a[i], at(from.b, i), at(from.c, i), with);
}

template <class T>
void pointwise(const PointwiseProblem& problem, const Operands<T>& from, T* y) {
    applyRow(problem.function, {static_cast<T>(problem.p), static_cast<T>(problem.q)}, from, y,
             problem.y.elements());
}

template <class T>
void scaleBy(const ScaleByProblem& problem, const T* x, const T* s, T* y) {
    for (int64_t i = 0; i < problem.y.elements(); ++i) y[i] = x[i] * s[0];
}

template <class T>
void fill(const FillProblem& problem, T* y) {
    for (int64_t i = 0; i < problem.y.elements(); ++i) y[i] = static_cast<T>(problem.value);
}

uint32_t dropoutThreshold(double rate) {
    return static_cast<uint32_t>(std::min(std::ceil(rate * 0x1.0p32), 0x1.0p32 - 1));
}

template <class T>
void dropout(const DropoutProblem& problem, const T* x, const int64_t* key, T* y) {
    const uint32_t threshold = dropoutThreshold(problem.rate);
    const T scale = static_cast<T>(1 / (1 - problem.rate));
    for (int64_t i = 0; i < problem.y.elements(); ++i)
        y[i] = wordOf(key, problem.stream, i) >= threshold ? x[i] * scale : T(0);
}

template <class T>
void uniform(const UniformProblem& problem, const int64_t* key, T* y) {
    for (int64_t i = 0; i < problem.y.elements(); ++i)
        y[i] = (static_cast<T>(wordOf(key, problem.stream, i) >> 9) + T(0.5)) * T(0x1p-23);
}

template void applyRow(Pointwise, const Parameters<float>&, const Operands<float>&, float*,
                       int64_t);
template void applyRow(Pointwise, const Parameters<double>&, const Operands<double>&, double*,
                       int64_t);
template void pointwise(const PointwiseProblem&, const Operands<float>&, float*);
template void pointwise(const PointwiseProblem&, const Operands<double>&, double*);
template void scaleBy(const ScaleByProblem&, const float*, const float*, float*);
template void scaleBy(const ScaleByProblem&, const double*, const double*, double*);
template void fill(const FillProblem&, float*);
template void fill(const FillProblem&, double*);
template void dropout(const DropoutProblem&, const float*, const int64_t*, float*);
template void dropout(const DropoutProblem&, const double*, const int64_t*, double*);
template void uniform(const UniformProblem&, const int64_t*, float*);
template void uniform(const UniformProblem&, const int64_t*, double*);

Kernel bindPointwise(const PointwiseProblem& problem) {
    return bindReference("pointwise." + std::string(name(problem.function)), problem,
                         placed(problem.y), runPointwise<float>, runPointwise<double>);
}
Kernel bindScaleBy(const ScaleByProblem& problem) {
    return bindReference("scale_by", problem, placed(problem.y), runScaleBy<float>,
                         runScaleBy<double>);
}
Kernel bindFill(const FillProblem& problem) {
    return bindReference("fill", problem, placed(problem.y), runFill<float>, runFill<double>);
}
Kernel bindDropout(const DropoutProblem& problem) {
    return bindReference("dropout", problem, placed(problem.y), runDropout<float>,
                         runDropout<double>);
}
Kernel bindUniform(const UniformProblem& problem) {
    return bindReference("uniform", problem, placed(problem.y), runUniform<float>,
                         runUniform<double>);
}

}  // namespace vitrine::kernels::reference

// SPDX-License-Identifier: Apache-2.0
// What pointwise functions give, for bodies that run on host and device.
#pragma once

#include <cmath>

#include "kernels/api/both.h"
#include "kernels/api/pointwise.h"
#include "kernels/reference/pointwise_numbers.h"

namespace vitrine::kernels::cuda {

template <class T>
VITRINE_BOTH inline T valueOf(Pointwise function, T a, [[maybe_unused]] T b, [[maybe_unused]] T c,
                              [[maybe_unused]] T p, [[maybe_unused]] T q) {
    using namespace reference;
    switch (function) {
#define VITRINE_CASE(Name, text, operands, vector, number) \
    case Pointwise::Name:                                  \
        return number;
        VITRINE_POINTWISE_FUNCTIONS(VITRINE_CASE)
#undef VITRINE_CASE
    }
    return a;
}

/// Functions that cost no more than reading their operands. In float they are as exact as worked
/// out in double and rounded once.
#define VITRINE_CHEAP_FUNCTIONS(X)                                                              \
    X(Add)                                                                                      \
    X(Sub)                                                                                      \
    X(Mul) X(MulAdd) X(Scale) X(Shift) X(Relu) X(ReluGate) X(LeakyRelu) X(LeakyReluGate) X(Abs) \
        X(Square) X(Clamp) X(InsideGate) X(OutsideGate) X(Max) X(Min) X(HardSigmoid) X(HardSwish)

constexpr bool isCheap(Pointwise function) {
    switch (function) {
#define VITRINE_CASE(Name) case Pointwise::Name:
        VITRINE_CHEAP_FUNCTIONS(VITRINE_CASE)
#undef VITRINE_CASE
        return true;
        default:
            return false;
    }
}

/// Of a function that is cheap; `a` of any other.
VITRINE_BOTH inline float cheapValueOf(Pointwise function, float a, float b, float c, float p,
                                       float q) {
    switch (function) {
#define VITRINE_CASE(Name) \
    case Pointwise::Name:  \
        return valueOf<float>(Pointwise::Name, a, b, c, p, q);
        VITRINE_CHEAP_FUNCTIONS(VITRINE_CASE)
#undef VITRINE_CASE
        default:
            return a;
    }
}

}  // namespace vitrine::kernels::cuda

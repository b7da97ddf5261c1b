// SPDX-License-Identifier: Apache-2.0
// All pointwise functions, one row each: what it is called in the code and for people, how many
// operands it has, and what it gives on Highway's vectors and on plain numbers of type T. In both,
// a, b and c are the operands and p is the problem's parameter; the vectors have a tag d, and
// namespace hn is Highway. Comparisons with NaN are false: relu and the gates keep a NaN of `a`.
#pragma once

#define VITRINE_POINTWISE_FUNCTIONS(X)                                                           \
    X(Add, "add", 2, hn::Add(a, b), a + b)                                                       \
    X(Sub, "sub", 2, hn::Sub(a, b), a - b)                                                       \
    X(Mul, "mul", 2, hn::Mul(a, b), a* b)                                                        \
    X(MulAdd, "mul_add", 3, hn::MulAdd(a, b, c), std::fma(a, b, c))                              \
    X(Scale, "scale", 1, hn::Mul(p, a), p* a)                                                    \
    X(Shift, "shift", 1, hn::Add(a, p), a + p)                                                   \
    X(Relu, "relu", 1, hn::IfThenZeroElse(hn::Lt(a, hn::Zero(d)), a), a < 0 ? T(0) : a)          \
    X(ReluGate, "relu_gate", 2, hn::IfThenElseZero(hn::Gt(b, hn::Zero(d)), a), b > 0 ? a : T(0)) \
    X(LeakyRelu, "leaky_relu", 1, hn::IfThenElse(hn::Gt(a, hn::Zero(d)), a, hn::Mul(p, a)),      \
      a > 0 ? a : p * a)                                                                         \
    X(LeakyReluGate, "leaky_relu_gate", 2,                                                       \
      hn::IfThenElse(hn::Gt(b, hn::Zero(d)), a, hn::Mul(p, a)), b > 0 ? a : p * a)               \
    X(Sigmoid, "sigmoid", 1, sigmoid(d, a), T(1) / (T(1) + std::exp(-a)))                        \
    X(Tanh, "tanh", 1, tanh(d, a), std::tanh(a))                                                 \
    X(Softplus, "softplus", 1, softplus(d, a),                                                   \
      std::max(a, T(0)) + std::log1p(std::exp(-std::abs(a))))                                    \
    X(Abs, "abs", 1, hn::Abs(a), std::abs(a))                                                    \
    X(Exp, "exp", 1, exp(d, a), std::exp(a))                                                     \
    X(Log, "log", 1, log(d, a), std::log(a))                                                     \
    X(Sqrt, "sqrt", 1, hn::Sqrt(a), std::sqrt(a))                                                \
    X(Reciprocal, "reciprocal", 1, hn::Div(hn::Set(d, 1.0f), a), T(1) / a)                       \
    X(Rsqrt, "rsqrt", 1, hn::Div(hn::Set(d, 1.0f), hn::Sqrt(hn::Add(a, p))),                     \
      T(1) / std::sqrt(a + p))                                                                   \
    /* Gradient clipping from the norm a. */                                                     \
    X(ClipScale, "clip_scale", 1, clipScale(d, a, p),                                            \
      p / (a + T(1e-6)) > 1 ? T(1) : p / (a + T(1e-6)))

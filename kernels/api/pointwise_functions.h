// SPDX-License-Identifier: Apache-2.0
// All pointwise functions, one row each: what it is called in the code and for people, how many
// operands it has, and what it gives on Highway's vectors and on plain numbers of type T. In both,
// a, b and c are the operands, p and q the problem's parameters; the vectors have a tag d, and
// namespace hn is Highway. Comparisons with NaN are false: relu and the gates keep a NaN of `a`,
// and a gate whose `b` is NaN is closed. Functions of one line stand here, others in
// kernels/cpu/*-inl.h and kernels/reference/pointwise_numbers.h.
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
    /* Activations. */                                                                           \
    X(Elu, "elu", 1, elu(d, a, p, a), elu(a, p, a))                                              \
    X(EluSlope, "elu_slope", 1, eluSlope(d, a, p), a > 0 ? T(1) : p * std::exp(a))               \
    X(Celu, "celu", 1, elu(d, a, p, hn::Div(a, p)), elu(a, p, a / p))                            \
    X(Gelu, "gelu", 1, gelu(d, a), gelu(a))                                                      \
    X(GeluSlope, "gelu_slope", 1, geluSlope(d, a), geluSlope(a))                                 \
    X(GeluTanh, "gelu_tanh", 1, geluTanh(d, a), geluTanh(a))                                     \
    X(GeluTanhSlope, "gelu_tanh_slope", 1, geluTanhSlope(d, a), geluTanhSlope(a))                \
    X(Mish, "mish", 1, mish(d, a), mish(a))                                                      \
    X(MishSlope, "mish_slope", 1, mishSlope(d, a), mishSlope(a))                                 \
    X(HardSigmoid, "hard_sigmoid", 1, clampTo(d, hn::MulAdd(p, a, q), 0.0f, 1.0f),               \
      clampTo(std::fma(p, a, q), T(0), T(1)))                                                    \
    X(HardSwish, "hard_swish", 1, hardSwish(d, a), a*(clampTo(a + 3, T(0), T(6)) / 6))           \
    X(HardSwishSlope, "hard_swish_slope", 1, hardSwishSlope(d, a), hardSwishSlope(a))            \
    X(Softsign, "softsign", 1, softsign(d, a), a / (1 + std::abs(a)))                            \
    X(Softshrink, "softshrink", 1, hn::Sub(a, clampTo(d, a, hn::Neg(p), p)),                     \
      a - clampTo(a, -p, p))                                                                     \
    X(Threshold, "threshold", 1, hn::IfThenElse(hn::Le(a, p), q, a), a <= p ? q : a)             \
    /* Bounds and their gates: between p and q, and below p or above q. */                       \
    X(Clamp, "clamp", 1, clampTo(d, a, p, q), clampTo(a, p, q))                                  \
    X(InsideGate, "inside_gate", 2, hn::IfThenElseZero(hn::And(hn::Gt(b, p), hn::Lt(b, q)), a),  \
      b > p && b < q ? a : T(0))                                                                 \
    X(OutsideGate, "outside_gate", 2, hn::IfThenElseZero(hn::Or(hn::Lt(b, p), hn::Gt(b, q)), a), \
      b<p || b> q ? a : T(0))                                                                    \
    X(Max, "max", 2, larger(d, a, b), a > b || a != a ? a : b)                                   \
    X(Min, "min", 2, smaller(d, a, b), a < b || a != a ? a : b)                                  \
    X(MaxGate, "max_gate", 3, maxGate(d, a, b, c), maxGate(a, b, c))                             \
    /* Arithmetic. */                                                                            \
    X(Div, "div", 2, hn::Div(a, b), a / b)                                                       \
    X(Square, "square", 1, hn::Mul(a, a), a* a)                                                  \
    X(Pow, "pow", 2, pow(d, a, b), std::pow(a, b))                                               \
    X(PowScalar, "pow_scalar", 1, pow(d, a, p), std::pow(a, p))                                  \
    X(ModByDivisor, "mod_by_divisor", 2, modByDivisor(d, a, b), modByDivisor(a, b))              \
    X(ModByDividend, "mod_by_dividend", 2, modByDividend(d, a, b), std::fmod(a, b))              \
    X(Sign, "sign", 1, signOf(d, a), a > 0 ? T(1) : a < 0 ? T(-1) : a)                           \
    X(Sin, "sin", 1, sin(d, a), std::sin(a))                                                     \
    X(Cos, "cos", 1, cos(d, a), std::cos(a))                                                     \
    X(Tan, "tan", 1, tan(d, a), std::tan(a))                                                     \
    X(Asin, "asin", 1, asin(d, a), std::asin(a))                                                 \
    X(Acos, "acos", 1, acos(d, a), std::acos(a))                                                 \
    X(Atan, "atan", 1, atan(d, a), std::atan(a))                                                 \
    X(Sinh, "sinh", 1, sinh(d, a), std::sinh(a))                                                 \
    X(Cosh, "cosh", 1, cosh(d, a), std::cosh(a))                                                 \
    X(Asinh, "asinh", 1, asinh(d, a), std::asinh(a))                                             \
    X(Acosh, "acosh", 1, acosh(d, a), std::acosh(a))                                             \
    X(Atanh, "atanh", 1, atanh(d, a), std::atanh(a))                                             \
    X(Erf, "erf", 1, erf(d, a), std::erf(a))                                                     \
    X(Floor, "floor", 1, hn::Floor(a), std::floor(a))                                            \
    X(Ceil, "ceil", 1, hn::Ceil(a), std::ceil(a))                                                \
    /* Half to even. */                                                                          \
    X(Round, "round", 1, hn::Round(a), std::nearbyint(a))                                        \
    /* Gradient clipping from the norm a. */                                                     \
    X(ClipScale, "clip_scale", 1, clipScale(d, a, p),                                            \
      p / (a + T(1e-6)) > 1 ? T(1) : p / (a + T(1e-6)))

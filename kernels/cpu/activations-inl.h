// SPDX-License-Identifier: Apache-2.0
// Activations and their slopes on float vectors. NaN stays NaN; at ±∞ the slopes are their limits.
#include "hwy/highway.h"

#if defined(VITRINE_KERNELS_CPU_ACTIVATIONS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_KERNELS_CPU_ACTIVATIONS_INL_H
#undef VITRINE_KERNELS_CPU_ACTIVATIONS_INL_H
#else
#define VITRINE_KERNELS_CPU_ACTIVATIONS_INL_H
#endif

#include "kernels/cpu/math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// low where x < low, high where x > high, else x: NaN stays.
template <class D, class V>
HWY_INLINE V clampTo(D, V x, V low, V high) {
#if HWY_ARCH_X86 && HWY_TARGET != HWY_EMU128 && HWY_TARGET != HWY_SCALAR
    // x86 gives the second where one is NaN, or both are zeros.
    return hn::Min(high, hn::Max(low, x));
#else
    return hn::IfThenElse(hn::Lt(x, low), low, hn::IfThenElse(hn::Gt(x, high), high, x));
#endif
}
template <class D, class V>
HWY_INLINE V clampTo(D d, V x, float low, float high) {
    return clampTo(d, x, hn::Set(d, low), hn::Set(d, high));
}

/// x from 0 on, else scale · (e^(x / width) − 1).
template <class D, class V>
HWY_INLINE V elu(D d, V x, V scale, V argument) {
    const V below = hn::Mul(scale, expm1OfNegative(d, hn::Min(argument, hn::Zero(d))));
    return hn::IfThenElse(hn::Lt(x, hn::Zero(d)), below, x);
}

/// 1 above 0, else scale · e^x.
template <class D, class V>
HWY_INLINE V eluSlope(D d, V x, V scale) {
    const V below = hn::Mul(scale, exp(d, x));
    return hn::IfThenElse(hn::Gt(x, hn::Zero(d)), hn::Set(d, 1.0f), below);
}

/// Horner's rule, the highest coefficient first.
template <class D, class V, size_t count>
HWY_INLINE V polynomial(D d, V x, const float (&coefficients)[count]) {
    V sum = hn::Set(d, coefficients[0]);
#pragma GCC unroll 16
    for (size_t k = 1; k < count; ++k) sum = hn::MulAdd(sum, x, hn::Set(d, coefficients[k]));
    return sum;
}

/// The same of several vectors side by side: a chain of products alone would wait for itself, and
/// what comes behind it in the program is too far away to fill the gaps.
template <class D, class V, size_t N, size_t count>
HWY_INLINE void polynomials(D d, const V (&x)[N], const float (&coefficients)[count],
                            V (&sums)[N]) {
#pragma GCC unroll 4
    for (size_t i = 0; i < N; ++i) sums[i] = hn::Set(d, coefficients[0]);
#pragma GCC unroll 16
    for (size_t k = 1; k < count; ++k) {
        const V next = hn::Set(d, coefficients[k]);
#pragma GCC unroll 4
        for (size_t i = 0; i < N; ++i) sums[i] = hn::MulAdd(sums[i], x[i], next);
    }
}

/// −log2(e) / 2: e^(−t²/2) = 2^(minusHalfLog2E t²). From t = 14.6 on that is 0 in float.
inline constexpr float minusHalfLog2E = -0.721347511f, farFromNormal = 14.6f;

/// Φ(−t) = e^(−t²/2) R(t), 0 ≤ t ≤ 14.6: the logarithm of R is a minimax polynomial, so that one
/// power of two gives both factors and nothing is divided. Right to 4 units in the last place of
/// t Φ(−t) down to 1e-6, to 4e-13 below. t² is taken in two parts: the error of one would be one of
/// the power.
/// In place, of several vectors.
#if HWY_NATIVE_FMA
template <class D, class V, size_t N>
HWY_INLINE void normalTails(D d, V (&t)[N]) {
    const V c = hn::Set(d, minusHalfLog2E);
    V where[N], logOfR[N], n[N], r[N];
#pragma GCC unroll 4
    for (size_t i = 0; i < N; ++i)
        where[i] = hn::Sub(hn::Min(t[i], hn::Set(d, 8.0f)), hn::Set(d, 2.5f));
    // log2(4 R) where R counts.
    polynomials(d, where,
                {1.88112192e-9f, -2.29693455e-8f, 8.47195807e-8f, 1.06472982e-7f, -3.22827009e-6f,
                 3.09484312e-5f, -2.40536669e-4f, 1.63738057e-3f, -1.03109060e-2f, 6.41811416e-2f,
                 -4.65622097e-1f, -8.22846830e-1f},
                logOfR);
#pragma GCC unroll 4
    for (size_t i = 0; i < N; ++i) {
        const V square = hn::Mul(t[i], t[i]), rest = hn::MulSub(t[i], t[i], square);
        n[i] = hn::Round(hn::MulAdd(square, c, logOfR[i]));
        r[i] = hn::Add(hn::MulAdd(rest, c, hn::MulSub(square, c, n[i])), logOfR[i]);
    }
    // 2^r / 4, |r| ≤ ½.
    polynomials(d, r,
                {3.83644547e-5f, 3.34998273e-4f, 2.40462227e-3f, 1.38758216e-2f, 6.00566156e-2f,
                 1.73286796e-1f, 0.25f},
                t);
#pragma GCC unroll 4
    for (size_t i = 0; i < N; ++i) t[i] = timesPower(t[i], n[i]);
}
#else
/// As e^(−t²/2) P(w) / (1 + t), w = (t − 3.5) / (t + 3.5), where products and sums round apart.
template <class D, class V>
HWY_INLINE V normalTail(D d, V t) {
    const hn::RebindToUnsigned<D> du;
    const V high = hn::BitCast(d, hn::And(hn::BitCast(du, t), hn::Set(du, 0xFFFFF000)));
    const V minusHalf = hn::Set(d, -0.5f), middle = hn::Set(d, 3.5f);
    const V rest = hn::Mul(hn::Sub(t, high), hn::Add(t, high));
    const V argument = hn::Max(hn::Mul(minusHalf, hn::Mul(high, high)), hn::Set(d, -104.0f));
    const V power = exp(d, argument, hn::Mul(minusHalf, rest));
    const V w = hn::Div(hn::Sub(t, middle), hn::Add(t, middle));
    const V p = polynomial(
        d, w,
        {1.466616675e-4f, 9.366443816e-5f, -1.388438818e-3f, 2.952003907e-4f, 1.037210328e-2f,
         -3.026330811e-2f, 3.804840370e-2f, 7.873860128e-4f, -9.771259508e-2f, 4.785531848e-1f});
    return hn::Mul(power, hn::Div(p, hn::Add(t, hn::Set(d, 1.0f))));
}
template <class D, class V, size_t N>
HWY_INLINE void normalTails(D d, V (&t)[N]) {
    for (size_t i = 0; i < N; ++i) t[i] = normalTail(d, t[i]);
}
#endif

/// x Φ(x), in place, of several vectors.
template <class D, class V, size_t N>
HWY_INLINE void gelus(D d, V (&x)[N]) {
    V tails[N];
#pragma GCC unroll 4
    for (size_t i = 0; i < N; ++i) tails[i] = hn::Min(hn::Abs(x[i]), hn::Set(d, farFromNormal));
    normalTails(d, tails);
#pragma GCC unroll 4
    for (size_t i = 0; i < N; ++i) {
        const V whole = hn::Sub(hn::Set(d, 1.0f), tails[i]);
        x[i] = hn::Mul(x[i], hn::IfThenElse(hn::Lt(x[i], hn::Zero(d)), tails[i], whole));
    }
}
template <class D, class V>
HWY_INLINE V gelu(D d, V x) {
    V xs[] = {x};
    gelus(d, xs);
    return xs[0];
}

/// Φ(x) + x e^(−x²/2) / √(2π): at −t it is T = e^(−t²/2) G(t), at t 1 − T. G is a polynomial that
/// is right to 7e-8 of what it is multiplied with.
template <class D, class V, size_t N>
HWY_INLINE void geluSlopes(D d, V (&x)[N]) {
    const V c = hn::Set(d, minusHalfLog2E);
    V t[N], n[N], r[N], power[N], g[N];
#pragma GCC unroll 4
    for (size_t i = 0; i < N; ++i) {
        t[i] = hn::Abs(clampTo(d, x[i], -farFromNormal, farFromNormal));
        const V square = hn::Mul(t[i], t[i]);
        n[i] = hn::Round(hn::Mul(square, c));
        r[i] = hn::MulSub(square, c, n[i]);
        t[i] = hn::Min(t[i], hn::Set(d, 6.5f));
    }
    polynomials(d, r,
                {1.32764666e-3f, 9.67554096e-3f, 5.55071346e-2f, 2.40221202e-1f, 6.93146944e-1f,
                 1.00000012f},
                power);
    polynomials(d, t,
                {1.63168670e-6f, -3.52077259e-5f, 3.39738035e-4f, -1.97462575e-3f, 7.93938618e-3f,
                 -2.43139248e-2f, 6.11548796e-2f, -1.32513791e-1f, 2.49916792e-1f, -7.97878802e-1f,
                 4.99999940e-1f},
                g);
#pragma GCC unroll 4
    for (size_t i = 0; i < N; ++i) {
        const V below = hn::Mul(timesPower(power[i], n[i]), g[i]);
        x[i] = hn::IfThenElse(hn::Lt(x[i], hn::Zero(d)), below, hn::Sub(hn::Set(d, 1.0f), below));
    }
}
template <class D, class V>
HWY_INLINE V geluSlope(D d, V x) {
    V xs[] = {x};
    geluSlopes(d, xs);
    return xs[0];
}

/// 2 √(2/π) (x + 0.044715 x³).
template <class D, class V>
HWY_INLINE V geluArgument(D d, V x) {
    const V factor = hn::MulAdd(hn::Mul(x, x), hn::Set(d, 0.0713548162f), hn::Set(d, 1.59576912f));
    return hn::Mul(x, factor);
}

/// x / (1 + e^−u(x)) = x (1 + tanh(u / 2)) / 2, u = geluArgument.
template <class D, class V>
HWY_INLINE V geluTanh(D d, V x) {
    return hn::Mul(x, sigmoid(d, geluArgument(d, x)));
}

/// s + x s (1 − s) u'(x), s = 1 / (1 + e^−u), s (1 − s) = e^−|u| / (1 + e^−|u|)².
template <class D, class V>
HWY_INLINE V geluTanhSlope(D d, V x) {
    const V one = hn::Set(d, 1.0f), inside = clampTo(d, x, -15.0f, 15.0f);
    const V u = geluArgument(d, inside), e = exp(d, hn::Neg(hn::Abs(u)));
    const V r = hn::Div(one, hn::Add(one, e)), er = hn::Mul(e, r);
    const V slopeOfArgument =
        hn::MulAdd(hn::Mul(inside, inside), hn::Set(d, 0.214064449f), hn::Set(d, 1.59576912f));
    const V s = hn::IfThenElse(hn::Lt(x, hn::Zero(d)), er, r);
    return hn::MulAdd(hn::Mul(inside, slopeOfArgument), hn::Mul(er, r), s);
}

/// x tanh(ln(1 + e^x)) = x n / (n + 2), n = e^x (e^x + 2); from x = 20 on the quotient is 1.
template <class D, class V>
HWY_INLINE V mish(D d, V x) {
    const V two = hn::Set(d, 2.0f), u = exp(d, clampTo(d, x, -200.0f, 20.0f));
    const V n = hn::Mul(u, hn::Add(u, two));
    return hn::Mul(x, hn::Div(n, hn::Add(n, two)));
}

/// n / (n + 2) + 4 x u (1 + u) / (n + 2)², u = e^x, n = u (u + 2).
template <class D, class V>
HWY_INLINE V mishSlope(D d, V x) {
    const V two = hn::Set(d, 2.0f), inside = clampTo(d, x, -200.0f, 20.0f), u = exp(d, inside);
    const V n = hn::Mul(u, hn::Add(u, two)), r = hn::Div(hn::Set(d, 1.0f), hn::Add(n, two));
    const V bend = hn::Mul(hn::Mul(hn::Mul(u, r), hn::Add(u, hn::Set(d, 1.0f))), r);
    return hn::MulAdd(hn::Mul(inside, hn::Set(d, 4.0f)), bend, hn::Mul(n, r));
}

template <class D, class V>
HWY_INLINE V hardSwish(D d, V x) {
    const V six = hn::Set(d, 6.0f), shifted = hn::Add(x, hn::Set(d, 3.0f));
    return hn::Mul(x, hn::Div(clampTo(d, shifted, hn::Zero(d), six), six));
}

/// 0 up to −3, x / 3 + ½, and 1 from 3 on.
template <class D, class V>
HWY_INLINE V hardSwishSlope(D d, V x) {
    const V three = hn::Set(d, 3.0f), one = hn::Set(d, 1.0f);
    const V between = hn::Add(hn::Div(x, three), hn::Set(d, 0.5f));
    const V above = hn::IfThenElse(hn::Ge(x, three), one, between);
    return hn::IfThenZeroElse(hn::Le(x, hn::Neg(three)), above);
}

/// x / (1 + |x|).
template <class D, class V>
HWY_INLINE V softsign(D d, V x) {
    return hn::Div(x, hn::Add(hn::Set(d, 1.0f), hn::Abs(x)));
}

}  // namespace HWY_NAMESPACE
}  // namespace vitrine::kernels::cpu
HWY_AFTER_NAMESPACE();

#endif

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

/// Of the normal distribution at t = |x|: e^(−t²/2), and the probability Φ(−t).
template <class V>
struct NormalTail {
    V power, probability;
};

/// Φ(−t) = e^(−t²/2) P(w) / (1 + t), w = (t − 3.5) / (t + 3.5), P a minimax polynomial, right to
/// 2e-8 up to t = 14.6, from where on the product is 0 in float. t² / 2 is taken in two parts, the
/// first exact: its error would be one of the power.
template <class D, class V>
HWY_INLINE NormalTail<V> normalTail(D d, V x) {
    const hn::RebindToUnsigned<D> du;
    const V t = hn::Min(hn::Abs(x), hn::Set(d, 14.6f));
    const V high = hn::BitCast(d, hn::And(hn::BitCast(du, t), hn::Set(du, 0xFFFFF000)));
    const V minusHalf = hn::Set(d, -0.5f);
    const V rest = hn::Mul(hn::Sub(t, high), hn::Add(t, high));
    const V argument = hn::Max(hn::Mul(minusHalf, hn::Mul(high, high)), hn::Set(d, -104.0f));
    const V power = exp(d, argument, hn::Mul(minusHalf, rest));
    const V middle = hn::Set(d, 3.5f);
    const V w = hn::Div(hn::Sub(t, middle), hn::Add(t, middle));
    V p = hn::Set(d, 1.466616675e-4f);
    p = hn::MulAdd(p, w, hn::Set(d, 9.366443816e-5f));
    p = hn::MulAdd(p, w, hn::Set(d, -1.388438818e-3f));
    p = hn::MulAdd(p, w, hn::Set(d, 2.952003907e-4f));
    p = hn::MulAdd(p, w, hn::Set(d, 1.037210328e-2f));
    p = hn::MulAdd(p, w, hn::Set(d, -3.026330811e-2f));
    p = hn::MulAdd(p, w, hn::Set(d, 3.804840370e-2f));
    p = hn::MulAdd(p, w, hn::Set(d, 7.873860128e-4f));
    p = hn::MulAdd(p, w, hn::Set(d, -9.771259508e-2f));
    p = hn::MulAdd(p, w, hn::Set(d, 4.785531848e-1f));
    const V ratio = hn::Div(p, hn::Add(t, hn::Set(d, 1.0f)));
    return {power, hn::Mul(power, ratio)};
}

/// x Φ(x).
template <class D, class V>
HWY_INLINE V gelu(D d, V x) {
    const V tail = normalTail(d, x).probability;
    const V whole = hn::Sub(hn::Set(d, 1.0f), tail);
    return hn::Mul(x, hn::IfThenElse(hn::Lt(x, hn::Zero(d)), tail, whole));
}

/// Φ(x) + x e^(−x²/2) / √(2π).
template <class D, class V>
HWY_INLINE V geluSlope(D d, V x) {
    const NormalTail<V> tail = normalTail(d, x);
    const V whole = hn::Sub(hn::Set(d, 1.0f), tail.probability);
    const V normal = hn::IfThenElse(hn::Lt(x, hn::Zero(d)), tail.probability, whole);
    const V density = hn::Mul(tail.power, hn::Set(d, 0.398942280f));
    return hn::MulAdd(clampTo(d, x, -15.0f, 15.0f), density, normal);
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

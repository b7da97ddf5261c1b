// SPDX-License-Identifier: Apache-2.0
// exp, expm1, log, tanh, sigmoid, softplus and erf of float vectors, each within about two units in
// the last place, with the limits of IEEE 754: NaN stays NaN, exp(−∞) = 0, log(0) = −∞, log(x < 0)
// = NaN.
#include "hwy/highway.h"

#if defined(VITRINE_KERNELS_CPU_MATH_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_KERNELS_CPU_MATH_INL_H
#undef VITRINE_KERNELS_CPU_MATH_INL_H
#else
#define VITRINE_KERNELS_CPU_MATH_INL_H
#endif

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// ln 2 = ln2High + ln2Low; the first has so few bits that its product with an exponent is exact.
inline constexpr float ln2High = 0.693359375f, ln2Low = -2.12194440e-4f;

/// 2^n for integers −126 ≤ n ≤ 127.
template <class D, class VI>
HWY_INLINE hn::Vec<D> powerOfTwo(D d, VI n) {
    const hn::RebindToSigned<D> di;
    return hn::BitCast(d, hn::ShiftLeft<23>(hn::Add(n, hn::Set(di, 127))));
}

#if HWY_TARGET == HWY_AVX3
/// p · 2^n by the instruction for it, instead of by nine.
HWY_INLINE hn::Vec512<float> timesPower(hn::Vec512<float> p, hn::Vec512<float> n) {
    return hn::Vec512<float>{_mm512_scalef_ps(p.raw, n.raw)};
}
#endif

/// p · 2^n in two halves: results reach from the denormals to FLT_MAX.
template <class V>
HWY_INLINE V timesPower(V p, V n) {
    const hn::DFromV<V> d;
    const hn::RebindToSigned<decltype(d)> di;
    const auto whole = hn::ConvertTo(di, n);
    const auto half = hn::ShiftRight<1>(whole);
    return hn::Mul(hn::Mul(p, powerOfTwo(d, half)), powerOfTwo(d, hn::Sub(whole, half)));
}

/// 2^n e^r for |r| ≤ ½ with Taylor's series up to r^7 / 7! (where |r| ≤ ln 2 / 2, the rest is below
/// 6e-9).
template <class D, class V>
HWY_INLINE V expOf(D d, V n, V r) {
    V p = hn::Set(d, 1.0f / 5040);
    p = hn::MulAdd(p, r, hn::Set(d, 1.0f / 720));
    p = hn::MulAdd(p, r, hn::Set(d, 1.0f / 120));
    p = hn::MulAdd(p, r, hn::Set(d, 1.0f / 24));
    p = hn::MulAdd(p, r, hn::Set(d, 1.0f / 6));
    p = hn::MulAdd(p, r, hn::Set(d, 0.5f));
    p = hn::Add(hn::MulAdd(hn::Mul(p, r), r, r), hn::Set(d, 1.0f));
    return timesPower(p, n);
}

/// x = n ln 2 + r, |r| ≤ ln 2 / 2.
template <class D, class V>
HWY_INLINE V exp(D d, V x) {
    const V inside = hn::Clamp(x, hn::Set(d, -104.0f), hn::Set(d, 89.0f));
    const V n = hn::Round(hn::Mul(inside, hn::Set(d, 1.44269504f)));
    V r = hn::NegMulAdd(n, hn::Set(d, ln2High), inside);
    r = hn::NegMulAdd(n, hn::Set(d, ln2Low), r);
    return hn::IfThenElse(hn::IsNaN(x), x, expOf(d, n, r));
}

/// e^(x + low) for what x has no bits for: |low| ≤ 0.15, −104 ≤ x ≤ 89, no NaN.
template <class D, class V>
HWY_INLINE V exp(D d, V x, V low) {
    const V n = hn::Round(hn::Mul(x, hn::Set(d, 1.44269504f)));
    V r = hn::NegMulAdd(n, hn::Set(d, ln2High), x);
    r = hn::NegMulAdd(n, hn::Set(d, ln2Low), r);
    return expOf(d, n, hn::Add(r, low));
}

/// e^x − 1 for x ≤ 0: (2^n − 1) + 2^n (e^r − 1), where 2^n − 1 is exact, with Taylor's series up to
/// r^8 / 8!; below −30 it is −1.
template <class D, class V>
HWY_INLINE V expm1OfNegative(D d, V x) {
    const hn::RebindToSigned<D> di;
    const V one = hn::Set(d, 1.0f), inside = hn::Max(x, hn::Set(d, -30.0f));
    const V n = hn::Round(hn::Mul(inside, hn::Set(d, 1.44269504f)));
    V r = hn::NegMulAdd(n, hn::Set(d, ln2High), inside);
    r = hn::NegMulAdd(n, hn::Set(d, ln2Low), r);
    V p = hn::Set(d, 1.0f / 40320);
    p = hn::MulAdd(p, r, hn::Set(d, 1.0f / 5040));
    p = hn::MulAdd(p, r, hn::Set(d, 1.0f / 720));
    p = hn::MulAdd(p, r, hn::Set(d, 1.0f / 120));
    p = hn::MulAdd(p, r, hn::Set(d, 1.0f / 24));
    p = hn::MulAdd(p, r, hn::Set(d, 1.0f / 6));
    p = hn::MulAdd(p, r, hn::Set(d, 0.5f));
    p = hn::MulAdd(hn::Mul(p, r), r, r);
    const V power = powerOfTwo(d, hn::ConvertTo(di, n));
    return hn::MulAdd(power, p, hn::Sub(power, one));
}

/// x = 2^e m, √½ ≤ m < √2, f = m − 1, s = f / (2 + f):
/// ln m = f − (f²/2 − s (f²/2 + R)),  R = 2 (s²/3 + s⁴/5 + s⁶/7 + s⁸/9), the rest below 3e-9.
template <class D, class V>
HWY_INLINE V log(D d, V x) {
    const hn::RebindToSigned<D> di;
    const V one = hn::Set(d, 1.0f), zero = hn::Zero(d);
    const auto denormal = hn::Lt(x, hn::Set(d, 0x1p-126f));
    const auto bits = hn::BitCast(di, hn::IfThenElse(denormal, hn::Mul(x, hn::Set(d, 0x1p25f)), x));
    const auto sqrtHalf = hn::Set(di, 0x3F3504F3);
    const auto exponent = hn::ShiftRight<23>(hn::Sub(bits, sqrtHalf));
    const V m = hn::BitCast(d, hn::Sub(bits, hn::ShiftLeft<23>(exponent)));
    const V e =
        hn::Sub(hn::ConvertTo(d, exponent), hn::IfThenElseZero(denormal, hn::Set(d, 25.0f)));

    const V f = hn::Sub(m, one);
    const V s = hn::Div(f, hn::Add(f, hn::Set(d, 2.0f)));
    const V z = hn::Mul(s, s);
    V r = hn::MulAdd(z, hn::Set(d, 2.0f / 9), hn::Set(d, 2.0f / 7));
    r = hn::MulAdd(r, z, hn::Set(d, 2.0f / 5));
    r = hn::MulAdd(r, z, hn::Set(d, 2.0f / 3));
    r = hn::Mul(r, z);
    const V halfSquare = hn::Mul(hn::Set(d, 0.5f), hn::Mul(f, f));
    const V low = hn::MulAdd(s, hn::Add(halfSquare, r), hn::Mul(e, hn::Set(d, ln2Low)));
    V y = hn::MulAdd(e, hn::Set(d, ln2High), hn::Sub(f, hn::Sub(halfSquare, low)));

    const V infinity = hn::Inf(d);
    y = hn::IfThenElse(hn::Eq(x, infinity), infinity, y);
    y = hn::IfThenElse(hn::Eq(x, zero), hn::Neg(infinity), y);
    return hn::IfThenElse(hn::Ge(x, zero), y, hn::NaN(d));
}

/// tanh x = x − x³ (315 + 14 x²) / (945 + 420 x² + 15 x⁴) for |x| < 0.625 (Lambert's continued
/// fraction, cut where it is right to 2e-9), else 1 − 2 / (e^2|x| + 1) with the sign of x.
template <class D, class V>
HWY_INLINE V tanh(D d, V x) {
    const V magnitude = hn::Abs(x), one = hn::Set(d, 1.0f);
    const auto small = hn::Lt(magnitude, hn::Set(d, 0.625f));
    const V z = hn::Mul(x, x);
    const V smallTop =
        hn::Mul(hn::Mul(magnitude, z), hn::MulAdd(z, hn::Set(d, 14.0f), hn::Set(d, 315.0f)));
    const V smallBottom =
        hn::MulAdd(hn::MulAdd(z, hn::Set(d, 15.0f), hn::Set(d, 420.0f)), z, hn::Set(d, 945.0f));
    const V largeBottom = hn::Add(exp(d, hn::Add(magnitude, magnitude)), one);
    const V quotient = hn::Div(hn::IfThenElse(small, smallTop, hn::Set(d, 2.0f)),
                               hn::IfThenElse(small, smallBottom, largeBottom));
    return hn::CopySign(hn::Sub(hn::IfThenElse(small, magnitude, one), quotient), x);
}

/// 1 / (1 + e^−x): right for every x, as e^−x grows to ∞ and 1 / ∞ is 0.
template <class D, class V>
HWY_INLINE V sigmoid(D d, V x) {
    const V one = hn::Set(d, 1.0f);
    return hn::Div(one, hn::Add(one, exp(d, hn::Neg(x))));
}

/// ln(1 + e^x) = max(x, 0) + ln(1 + u), u = e^−|x| ≤ 1, s = u / (2 + u) ≤ 1/3:
/// ln(1 + u) = 2 s (1 + s²/3 + s⁴/5 + … + s¹⁴/15), the rest below 2e-9 of it.
template <class D, class V>
HWY_INLINE V softplus(D d, V x) {
    const V u = exp(d, hn::Neg(hn::Abs(x)));
    const V s = hn::Div(u, hn::Add(u, hn::Set(d, 2.0f)));
    const V z = hn::Mul(s, s);
    V r = hn::MulAdd(z, hn::Set(d, 2.0f / 15), hn::Set(d, 2.0f / 13));
    r = hn::MulAdd(r, z, hn::Set(d, 2.0f / 11));
    r = hn::MulAdd(r, z, hn::Set(d, 2.0f / 9));
    r = hn::MulAdd(r, z, hn::Set(d, 2.0f / 7));
    r = hn::MulAdd(r, z, hn::Set(d, 2.0f / 5));
    r = hn::MulAdd(r, z, hn::Set(d, 2.0f / 3));
    const V y = hn::MulAdd(hn::Mul(r, z), s, hn::Add(s, s));
    return hn::Add(hn::Max(x, hn::Zero(d)), y);
}

/// x P(x²) for |x| < 0.85, else 1 − e^−Q(|x|) with the sign of x; P and Q are minimax polynomials,
/// right to 6e-9 and, up to 4, to 2e-9 of erf. From 4 on, erf is 1 in float.
template <class D, class V>
HWY_INLINE V erf(D d, V x) {
    const V z = hn::Mul(x, x), t = hn::Min(hn::Abs(x), hn::Set(d, 4.0f)), one = hn::Set(d, 1.0f);
    V p = hn::Set(d, -6.315127185e-4f);
    p = hn::MulAdd(p, z, hn::Set(d, 5.051094432e-3f));
    p = hn::MulAdd(p, z, hn::Set(d, -2.680254752e-2f));
    p = hn::MulAdd(p, z, hn::Set(d, 1.128271739e-1f));
    p = hn::MulAdd(p, z, hn::Set(d, -3.761257184e-1f));
    p = hn::MulAdd(p, z, hn::Set(d, 1.283791602e-1f));
    const V small = hn::MulAdd(p, x, x);
    V q = hn::Set(d, -1.876056434e-4f);
    q = hn::MulAdd(q, t, hn::Set(d, 2.960122195e-3f));
    q = hn::MulAdd(q, t, hn::Set(d, -2.188967332e-2f));
    q = hn::MulAdd(q, t, hn::Set(d, 1.032182652e-1f));
    q = hn::MulAdd(q, t, hn::Set(d, 6.380121469e-1f));
    q = hn::MulAdd(q, t, hn::Set(d, 1.127171691f));
    q = hn::MulAdd(q, t, hn::Set(d, 3.205643338e-4f));
    const V large = hn::CopySign(hn::Sub(one, exp(d, hn::Neg(q))), x);
    const V y = hn::IfThenElse(hn::Lt(t, hn::Set(d, 0.85f)), small, large);
    return hn::IfThenElse(hn::IsNaN(x), x, y);
}

/// min(1, p / (x + 1e-6)), and NaN stays NaN.
template <class D, class V>
HWY_INLINE V clipScale(D d, V x, V p) {
    const V one = hn::Set(d, 1.0f);
    const V ratio = hn::Div(p, hn::Add(x, hn::Set(d, 1e-6f)));
    return hn::IfThenElse(hn::Gt(ratio, one), one, ratio);
}

}  // namespace HWY_NAMESPACE
}  // namespace vitrine::kernels::cpu
HWY_AFTER_NAMESPACE();

#endif

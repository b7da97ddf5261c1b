// SPDX-License-Identifier: Apache-2.0
// Powers, sine and cosine of float vectors, worked out in double where float has not enough bits;
// the rarer functions of angles lane by lane; remainders, larger and smaller, signs. The limits are
// those of IEEE 754's pow, sin, cos and fmod.
#include "hwy/highway.h"

#include <cmath>

#include "kernels/reference/pointwise_numbers.h"

#if defined(VITRINE_KERNELS_CPU_ARITHMETIC_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_KERNELS_CPU_ARITHMETIC_INL_H
#undef VITRINE_KERNELS_CPU_ARITHMETIC_INL_H
#else
#define VITRINE_KERNELS_CPU_ARITHMETIC_INL_H
#endif

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// f on both halves of a and b as doubles, rounded to float once.
template <class D, class V, class F>
HWY_INLINE V inDouble(D d, V a, V b, F f) {
#if HWY_TARGET == HWY_SCALAR
    const hn::Rebind<double, D> dd;
    // Highway's DemoteTo of one lane ends at FLT_MAX.
    const auto y = f(dd, hn::PromoteTo(dd, a), hn::PromoteTo(dd, b));
    return hn::Set(d, static_cast<float>(hn::GetLane(y)));
#else
    const hn::Repartition<double, D> dd;
    const hn::Half<D> half;
    const auto lower = [&](V v) { return hn::PromoteTo(dd, hn::LowerHalf(half, v)); };
    const auto upper = [&](V v) { return hn::PromoteTo(dd, hn::UpperHalf(half, v)); };
    const auto low = f(dd, lower(a), lower(b)), high = f(dd, upper(a), upper(b));
    return hn::Combine(d, hn::DemoteTo(half, high), hn::DemoteTo(half, low));
#endif
}

/// f lane by lane, for what is rare or has no short way.
template <class D, class V, class F>
HWY_INLINE V byLane(D d, V a, V b, F f) {
    HWY_ALIGN float first[hn::MaxLanes(D())], second[hn::MaxLanes(D())];
    hn::Store(a, d, first);
    hn::Store(b, d, second);
    for (size_t i = 0; i < hn::Lanes(d); ++i) first[i] = f(first[i], second[i]);
    return hn::Load(d, first);
}

/// log2 x of normal doubles: x = 2^e m, √½ ≤ m < √2, s = (m − 1) / (m + 1);
/// log2 m = 2 / ln 2 · (s + s³/3 + … + s¹³/13), the rest below 2e-12 of it.
template <class DD, class W>
HWY_INLINE W log2Of(DD dd, W x) {
    const hn::RebindToUnsigned<DD> du;
    const W one = hn::Set(dd, 1.0), magic = hn::Set(dd, 0x1.8p52);
    const auto bits = hn::BitCast(du, x);
    const auto shifted = hn::Sub(bits, hn::Set(du, 0x3FE6A09E667F3BCD));
    const auto exponent = hn::AndNot(hn::Set(du, 0xFFFFFFFFFFFFF), shifted);
    const W m = hn::BitCast(dd, hn::Sub(bits, exponent));
    // The lowest bits of 2^52 + 2^51 + n are n, here e + 1024.
    const auto raised = hn::ShiftRight<52>(hn::Add(exponent, hn::Set(du, uint64_t{1} << 62)));
    const W e = hn::Sub(hn::BitCast(dd, hn::Add(raised, hn::BitCast(du, magic))),
                        hn::Set(dd, 0x1.8p52 + 1024));
    const W s = hn::Div(hn::Sub(m, one), hn::Add(m, one)), z = hn::Mul(s, s);
    constexpr double scale = 2.8853900817779268;
    W p = hn::Set(dd, scale / 13);
    p = hn::MulAdd(p, z, hn::Set(dd, scale / 11));
    p = hn::MulAdd(p, z, hn::Set(dd, scale / 9));
    p = hn::MulAdd(p, z, hn::Set(dd, scale / 7));
    p = hn::MulAdd(p, z, hn::Set(dd, scale / 5));
    p = hn::MulAdd(p, z, hn::Set(dd, scale / 3));
    p = hn::MulAdd(p, z, hn::Set(dd, scale));
    return hn::MulAdd(p, s, e);
}

/// 2^x for what is 0, a float or ∞ then: Taylor's series in r ln 2, |r| ≤ ½, the rest below 1e-11.
template <class DD, class W>
HWY_INLINE W exp2Of(DD dd, W x) {
    const hn::RebindToSigned<DD> di;
    const W inside = hn::Clamp(x, hn::Set(dd, -160.0), hn::Set(dd, 140.0));
    const W n = hn::Round(inside), r = hn::Mul(hn::Sub(inside, n), hn::Set(dd, M_LN2));
    W p = hn::Set(dd, 1.0 / 362880);
    p = hn::MulAdd(p, r, hn::Set(dd, 1.0 / 40320));
    p = hn::MulAdd(p, r, hn::Set(dd, 1.0 / 5040));
    p = hn::MulAdd(p, r, hn::Set(dd, 1.0 / 720));
    p = hn::MulAdd(p, r, hn::Set(dd, 1.0 / 120));
    p = hn::MulAdd(p, r, hn::Set(dd, 1.0 / 24));
    p = hn::MulAdd(p, r, hn::Set(dd, 1.0 / 6));
    p = hn::MulAdd(p, r, hn::Set(dd, 0.5));
    p = hn::MulAdd(p, r, hn::Set(dd, 1.0));
    p = hn::MulAdd(p, r, hn::Set(dd, 1.0));
    // The lowest bits of 2^52 + 2^51 + n + 1023 are the exponent of 2^n.
    const W biased = hn::Add(n, hn::Set(dd, 0x1.8p52 + 1023));
    return hn::Mul(p, hn::BitCast(dd, hn::ShiftLeft<52>(hn::BitCast(di, biased))));
}

/// |a|^b where both are numbers; limits of 0 and ∞ come from log2 0 = −∞ and log2 ∞ = ∞.
template <class D, class V>
HWY_INLINE V powOfMagnitude(D d, V a, V b) {
    return inDouble(d, hn::Abs(a), b, [](auto dd, auto x, auto y) {
        const auto infinity = hn::Inf(dd);
        auto l = hn::IfThenElse(hn::Eq(x, infinity), infinity, log2Of(dd, x));
        l = hn::IfThenElse(hn::Eq(x, hn::Zero(dd)), hn::Neg(infinity), l);
        return exp2Of(dd, hn::Mul(l, y));
    });
}

/// a^b, with a's sign where b is odd; NaN for the others of negative numbers, unless they are
/// infinite. a^0 and 1^b are 1, whatever the other is.
template <class D, class V>
HWY_INLINE V pow(D d, V a, V b) {
    const V one = hn::Set(d, 1.0f), zero = hn::Zero(d), infinity = hn::Inf(d);
    V y = hn::IfThenElse(hn::Eq(hn::Abs(a), one), one, powOfMagnitude(d, a, b));
    const auto isWhole = hn::Eq(hn::Round(b), b);
    const V half = hn::Mul(b, hn::Set(d, 0.5f));
    const auto isOdd = hn::And(isWhole, hn::Ne(hn::Round(half), half));
    y = hn::IfThenElse(isOdd, hn::CopySign(y, a), y);
    const auto isNegative = hn::And(hn::Lt(a, zero), hn::Ne(a, hn::Neg(infinity)));
    y = hn::IfThenElse(hn::AndNot(isWhole, isNegative), hn::NaN(d), y);
    y = hn::IfThenElse(hn::Or(hn::IsNaN(a), hn::IsNaN(b)), hn::NaN(d), y);
    return hn::IfThenElse(hn::Or(hn::Eq(b, zero), hn::Eq(a, one)), one, y);
}

/// x = n π/2 + r, |r| ≤ π/4, n modulo 4 as a float. π/2 is taken in three parts, the first two of
/// 33 bits, so that n times them is exact for |x| ≤ 10⁶.
template <class V>
struct Quadrant {
    V n, r;
};
template <class D, class V>
HWY_INLINE Quadrant<V> quadrantOf(D d, V x) {
    const auto turns = [](auto dd, auto a) { return hn::Round(hn::Mul(a, hn::Set(dd, M_2_PI))); };
    const V n = inDouble(d, x, x, [&](auto dd, auto a, auto) {
        const auto whole = turns(dd, a);
        const auto rounds = hn::Floor(hn::Mul(whole, hn::Set(dd, 0.25)));
        return hn::NegMulAdd(rounds, hn::Set(dd, 4.0), whole);
    });
    const V r = inDouble(d, x, x, [&](auto dd, auto a, auto) {
        const auto whole = turns(dd, a);
        auto rest = hn::NegMulAdd(whole, hn::Set(dd, 0x1.921fb544p0), a);
        rest = hn::NegMulAdd(whole, hn::Set(dd, 0x1.0b4611a6p-34), rest);
        return hn::NegMulAdd(whole, hn::Set(dd, 0x1.3198a2e037073p-69), rest);
    });
    return {n, r};
}

/// sin(r + (n + quarter) π/2) by Taylor's series up to r⁹ and r¹⁰.
template <class D, class V>
HWY_INLINE V sineOf(D d, const Quadrant<V>& at, float quarter) {
    const V one = hn::Set(d, 1.0f), two = hn::Set(d, 2.0f), z = hn::Mul(at.r, at.r);
    V s = hn::Set(d, 1.0f / 362880);
    s = hn::MulAdd(s, z, hn::Set(d, -1.0f / 5040));
    s = hn::MulAdd(s, z, hn::Set(d, 1.0f / 120));
    s = hn::MulAdd(s, z, hn::Set(d, -1.0f / 6));
    s = hn::MulAdd(hn::Mul(s, z), at.r, at.r);
    V c = hn::Set(d, -1.0f / 3628800);
    c = hn::MulAdd(c, z, hn::Set(d, 1.0f / 40320));
    c = hn::MulAdd(c, z, hn::Set(d, -1.0f / 720));
    c = hn::MulAdd(c, z, hn::Set(d, 1.0f / 24));
    c = hn::MulAdd(c, z, hn::Set(d, -0.5f));
    c = hn::MulAdd(c, z, one);
    V n = hn::Add(at.n, hn::Set(d, quarter));
    n = hn::IfThenElse(hn::Ge(n, hn::Set(d, 4.0f)), hn::Sub(n, hn::Set(d, 4.0f)), n);
    const auto isCosine = hn::Or(hn::Eq(n, one), hn::Eq(n, hn::Set(d, 3.0f)));
    const V y = hn::IfThenElse(isCosine, c, s);
    return hn::IfThenElse(hn::Ge(n, two), hn::Neg(y), y);
}

template <class D, class V>
HWY_INLINE bool isNear(D d, V x) {
    return hn::AllTrue(d, hn::Le(hn::Abs(x), hn::Set(d, 1e6f)));
}
template <class D, class V>
HWY_INLINE V sin(D d, V x) {
    if (!isNear(d, x)) return byLane(d, x, x, [](float a, float) { return std::sin(a); });
    return sineOf(d, quadrantOf(d, x), 0);
}
template <class D, class V>
HWY_INLINE V cos(D d, V x) {
    if (!isNear(d, x)) return byLane(d, x, x, [](float a, float) { return std::cos(a); });
    return sineOf(d, quadrantOf(d, x), 1);
}

#define VITRINE_BY_LANE(function)                                                \
    template <class D, class V>                                                  \
    HWY_INLINE V function(D d, V x) {                                            \
        return byLane(d, x, x, [](float a, float) { return std::function(a); }); \
    }
VITRINE_BY_LANE(tan)
VITRINE_BY_LANE(asin)
VITRINE_BY_LANE(acos)
VITRINE_BY_LANE(atan)
VITRINE_BY_LANE(sinh)
VITRINE_BY_LANE(cosh)
VITRINE_BY_LANE(asinh)
VITRINE_BY_LANE(acosh)
VITRINE_BY_LANE(atanh)
#undef VITRINE_BY_LANE

template <class D, class V>
HWY_INLINE V modByDivisor(D d, V a, V b) {
    return byLane(d, a, b, reference::modByDivisor<float>);
}
template <class D, class V>
HWY_INLINE V modByDividend(D d, V a, V b) {
    return byLane(d, a, b, [](float x, float y) { return std::fmod(x, y); });
}

/// NaN where one of them is.
template <class D, class V>
HWY_INLINE V larger(D, V a, V b) {
    return hn::IfThenElse(hn::Or(hn::Gt(a, b), hn::IsNaN(a)), a, b);
}
template <class D, class V>
HWY_INLINE V smaller(D, V a, V b) {
    return hn::IfThenElse(hn::Or(hn::Lt(a, b), hn::IsNaN(a)), a, b);
}

/// 1, −1, and 0 or NaN as they are.
template <class D, class V>
HWY_INLINE V signOf(D d, V x) {
    const V sign = hn::CopySign(hn::Set(d, 1.0f), x);
    return hn::IfThenElse(hn::Or(hn::Lt(x, hn::Zero(d)), hn::Gt(x, hn::Zero(d))), sign, x);
}

/// dy where the other is smaller, half of it where they are equal, 0 where it is larger.
template <class D, class V>
HWY_INLINE V maxGate(D d, V dy, V own, V other) {
    const V shared = hn::IfThenElse(hn::Eq(own, other), hn::Mul(dy, hn::Set(d, 0.5f)), dy);
    return hn::IfThenZeroElse(hn::Lt(own, other), shared);
}

}  // namespace HWY_NAMESPACE
}  // namespace vitrine::kernels::cpu
HWY_AFTER_NAMESPACE();

#endif

// SPDX-License-Identifier: Apache-2.0
// Dropout and uniform numbers in Highway: Philox on vectors of counters, one word for each element.
#include "kernels/cpu/choice.h"
#include "kernels/cpu/pointwise.h"
#include "kernels/cpu/rows.h"
#include "kernels/reference/philox.h"
#include "kernels/reference/pointwise.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/dropout.cpp"
#include "hwy/foreach_target.h"
//
#include "hwy/highway.h"
#include "kernels/cpu/access-inl.h"

#ifndef VITRINE_KERNELS_CPU_DROPOUT_BOUND
#define VITRINE_KERNELS_CPU_DROPOUT_BOUND
namespace vitrine::kernels::cpu {

/// What both draw for. The 16 elements of a pixel have the logical indices first + lane ·
/// laneStride; the next pixel of the row (the next 16 elements in row-major) starts `pixelStride`
/// further.
struct BoundDraw {
    BoundDraw(const Image& y, const Image& x, uint32_t ownStream)
        : rows(y, x, x, Rows::Split::ByPixelRow), image(y), stream(ownStream) {
        if (y.layout == Layout::RowMajor) return;
        laneStride = static_cast<uint64_t>((y.layout == Layout::Lanes ? y.c : 1) * y.h * y.w);
        pixelStride = 1;
    }

    Rows rows;
    Image image;
    uint32_t stream;
    uint32_t threshold = 0;  ///< dropout: smallest word that keeps an element
    float scale = 1;         ///< dropout: of kept elements
    uint64_t laneStride = 1, pixelStride = uint64_t{blockWidth};

    uint64_t firstIndex(const Row& row) const {
        if (image.layout == Layout::RowMajor) return static_cast<uint64_t>(row.y);
        const int64_t blocks = image.layout == Layout::Lanes ? image.c : image.channelBlocks();
        const int64_t outer = row.plane / blocks, inner = row.plane % blocks;
        const int64_t n = image.layout == Layout::Lanes ? outer * blockWidth : outer;
        const int64_t c = image.layout == Layout::Lanes ? inner : inner * blockWidth;
        return static_cast<uint64_t>(((n * image.c + c) * image.h + row.line) * image.w);
    }
};

}  // namespace vitrine::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

using U32 = hn::ScalableTag<uint32_t>;
using Words = hn::Vec<U32>;

struct Product {
    Words low, high;
};

/// 32 × 32 → 64 bits in each lane.
HWY_INLINE Product multiply(Words x, uint32_t factor) {
    const U32 d;
    const Words f = hn::Set(d, factor);
#if HWY_TARGET == HWY_SCALAR
    return {hn::Mul(x, f), hn::Set(d, static_cast<uint32_t>(hn::GetLane(hn::MulEven(x, f)) >> 32))};
#else
    const hn::RepartitionToWide<U32> wide;
    const auto even = hn::BitCast(wide, hn::MulEven(x, f));
    const Words oddInEven = hn::BitCast(d, hn::ShiftRight<32>(hn::BitCast(wide, x)));
    const auto odd = hn::MulEven(oddInEven, f);
    return {hn::Mul(x, f),
            hn::OddEven(hn::BitCast(d, odd), hn::BitCast(d, hn::ShiftRight<32>(even)))};
#endif
}

/// First words of Philox for the counters {low, high, step, stream}.
HWY_INLINE Words philoxWord(Words low, Words high, uint32_t step, uint32_t stream, uint64_t seed) {
    const U32 d;
    Words c0 = low, c1 = high, c2 = hn::Set(d, step), c3 = hn::Set(d, stream);
    uint32_t k0 = static_cast<uint32_t>(seed), k1 = static_cast<uint32_t>(seed >> 32);
    for (int round = 0; round < reference::philoxRounds; ++round) {
        const Product p0 = multiply(c0, reference::philoxMultiplier0);
        const Product p1 = multiply(c2, reference::philoxMultiplier1);
        c0 = hn::Xor(hn::Xor(p1.high, c1), hn::Set(d, k0));
        c1 = p1.low;
        c2 = hn::Xor(hn::Xor(p0.high, c3), hn::Set(d, k1));
        c3 = p0.low;
        k0 += reference::philoxWeyl0;
        k1 += reference::philoxWeyl1;
    }
    return c0;
}

/// x where its word reaches the threshold, scaled; else 0.
struct Drop {
    template <class Access>
    static HWY_INLINE void store(const BoundDraw& bound, Words word, const float* x, float* y,
                                 Access access) {
        const U32 d;
        const hn::RebindToFloat<U32> df;
        const auto dropped = hn::RebindMask(df, hn::Lt(word, hn::Set(d, bound.threshold)));
        const auto scaled = hn::Mul(access.load(df, x), hn::Set(df, bound.scale));
        access.store(df, hn::IfThenZeroElse(dropped, scaled), y);
    }
};

/// The word as a number between 0 and 1; x is not read.
struct Spread {
    template <class Access>
    static HWY_INLINE void store(const BoundDraw&, Words word, const float*, float* y,
                                 Access access) {
        const hn::RebindToFloat<U32> df;
        const hn::RebindToSigned<U32> di;
        const auto whole = hn::ConvertTo(df, hn::BitCast(di, hn::ShiftRight<9>(word)));
        access.store(df, hn::Mul(hn::Add(whole, hn::Set(df, 0.5f)), hn::Set(df, 0x1p-23f)), y);
    }
};

template <class Draw, class Access>
HWY_INLINE void step(const BoundDraw& bound, uint64_t seed, uint32_t trainingStep, uint64_t first,
                     const uint32_t* laneLow, const uint32_t* laneHigh, const float* x, float* y,
                     Access access) {
    const U32 d;
    const Words base = hn::Set(d, static_cast<uint32_t>(first));
    const Words low = hn::Add(base, hn::Load(d, laneLow));
    const Words carry = hn::And(hn::VecFromMask(d, hn::Lt(low, base)), hn::Set(d, 1));
    const Words high = hn::Add(hn::Add(hn::Set(d, static_cast<uint32_t>(first >> 32)), carry),
                               hn::Load(d, laneHigh));
    const Words word = philoxWord(low, high, trainingStep, bound.stream, seed);
    Draw::store(bound, word, x, y, access);
}

template <class Draw>
void draw(const BoundDraw& bound, const float* x, const int64_t* key, float* y, int64_t part) {
    const uint64_t seed = static_cast<uint64_t>(key[0]);
    const uint32_t trainingStep = static_cast<uint32_t>(key[1]);
    const int64_t lanes = static_cast<int64_t>(hn::Lanes(U32()));

    HWY_ALIGN uint32_t laneLow[blockWidth], laneHigh[blockWidth];
    for (uint64_t lane = 0; lane < blockWidth; ++lane) {
        laneLow[lane] = static_cast<uint32_t>(lane * bound.laneStride);
        laneHigh[lane] = static_cast<uint32_t>((lane * bound.laneStride) >> 32);
    }
    for (int64_t index = bound.rows.begin(part); index < bound.rows.end(part); ++index) {
        const Row row = bound.rows.row(index);
        const uint64_t first = bound.firstIndex(row);
        for (int64_t i = 0; i < row.count; i += lanes) {
            const int64_t lane = i % blockWidth, rest = row.count - i;
            const uint64_t pixel =
                first + static_cast<uint64_t>(i / blockWidth) * bound.pixelStride;
            if (rest >= lanes)
                step<Draw>(bound, seed, trainingStep, pixel, laneLow + lane, laneHigh + lane,
                           x + row.a + i, y + row.y + i, Whole{});
            else
                step<Draw>(bound, seed, trainingStep, pixel, laneLow + lane, laneHigh + lane,
                           x + row.a + i, y + row.y + i, Partial{rest});
        }
        bound.rows.zeroHalo(row, y);
    }
}

void runDropout(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    draw<Drop>(*static_cast<const BoundDraw*>(problem), static_cast<const float*>(operands[0]),
               static_cast<const int64_t*>(operands[1]), static_cast<float*>(operands[2]), part);
}
void runUniform(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    auto* y = static_cast<float*>(operands[1]);
    draw<Spread>(*static_cast<const BoundDraw*>(problem), y,
                 static_cast<const int64_t*>(operands[0]), y, part);
}

Choice chooseDropout() { return {runDropout, hwy::TargetName(HWY_TARGET)}; }
Choice chooseUniform() { return {runUniform, hwy::TargetName(HWY_TARGET)}; }

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace vitrine::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels::cpu {

HWY_EXPORT(chooseDropout);
HWY_EXPORT(chooseUniform);

Kernel bindDropout(const DropoutProblem& problem) {
    BoundDraw bound(problem.y, problem.x, problem.stream);
    bound.threshold = reference::dropoutThreshold(problem.rate);
    bound.scale = static_cast<float>(1 / (1 - problem.rate));
    return bindVector("dropout", problem.y.layout, bound, HWY_DYNAMIC_DISPATCH(chooseDropout)(),
                      bound.rows.parts());
}

Kernel bindUniform(const UniformProblem& problem) {
    const BoundDraw bound(problem.y, problem.y, problem.stream);
    return bindVector("uniform", problem.y.layout, bound, HWY_DYNAMIC_DISPATCH(chooseUniform)(),
                      bound.rows.parts());
}

}  // namespace vitrine::kernels::cpu
#endif

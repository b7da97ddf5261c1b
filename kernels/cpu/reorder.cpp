// SPDX-License-Identifier: Apache-2.0
// Copies between row-major, lanes and blocked images of four-byte elements. Every element that the
// problem does not name (missing lanes, channel tails, halos) becomes zero.
#include "kernels/cpu/reorder.h"

#include <cstring>

#include "kernels/cpu/cut.h"
#include "kernels/cpu/halo.h"
#include "kernels/cpu/plane_kernel.h"
#include "kernels/cpu/reorder_plan.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/reorder.cpp"
#include <hwy/foreach_target.h>
//
#include "kernels/cpu/transpose-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu::HWY_NAMESPACE {
namespace {

/// One plane of y from rows of a row-major image: its lanes are images or channels.
void rowMajorToPlane(const ReorderPlan& plan, const float* x, float* y, int64_t plane) {
    const Image& to = plan.y;
    const PlaneSlice slice = sliceOf(to, plane);
    const float* from = x + slice.image * plan.xStrides[0] + slice.channel * plan.xStrides[1];
    const int64_t laneStride = to.layout == Layout::Lanes ? plan.xStrides[0] : plan.xStrides[1];
    float* start = y + plane * to.planeStride();
    if (slice.lanes < blockWidth)
        zeroElements(start, to.planeStride());
    else
        zeroHalo(to, start);
    for (int64_t h = 0; h < to.h; ++h)
        transpose({.from = from + h * plan.xStrides[2],
                   .fromStride = laneStride,
                   .to = start + to.origin() + h * to.rowStride(),
                   .toStride = blockWidth,
                   .rows = slice.lanes,
                   .columns = to.w});
}

/// The channels of a block, without a call for each pixel.
HWY_INLINE void copyChannels(const float* from, int64_t channels, float* to) {
    if (channels < blockWidth) {
        std::copy_n(from, channels, to);
        return;
    }
    const hn::CappedTag<float, blockWidth> d;
    for (int64_t i = 0; i < blockWidth; i += static_cast<int64_t>(hn::Lanes(d)))
        hn::StoreU(hn::LoadU(d, from + i), d, to + i);
}

/// A tile of at most 16 × 16. Its rows often lie a power of two apart, in lines that push one
/// another out of the cache before all of a line is used: so they are brought together first.
HWY_INLINE void transposeTile(const Transposition& t) {
    if (t.columns < blockWidth) return transpose(t);
    HWY_ALIGN float rows[blockWidth * blockWidth];
    for (int64_t row = 0; row < t.rows; ++row)
        copyChannels(t.from + row * t.fromStride, blockWidth, rows + row * blockWidth);
    transpose({rows, blockWidth, t.to, t.toStride, t.rows, t.columns});
}

/// The planes of 16 channels of a group of images (Lanes), or of one image (Blocked), from an image
/// whose channels lie on end.
void pixelsToPlanes(const ReorderPlan& plan, const float* x, float* y, int64_t item) {
    const Image& to = plan.y;
    const bool isLanes = to.layout == Layout::Lanes;
    const int64_t image = item / to.channelBlocks() * (isLanes ? blockWidth : 1);
    const int64_t channel = item % to.channelBlocks() * blockWidth;
    const int64_t channels = std::min(blockWidth, to.c - channel);
    const int64_t images = isLanes ? std::min(blockWidth, to.n - image) : 1;
    const int64_t planes = isLanes ? channels : 1, lanes = isLanes ? images : channels;
    float* const start =
        y + (isLanes ? image / blockWidth * to.c + channel : item) * to.planeStride();
    for (int64_t k = 0; k < planes; ++k) {
        if (lanes < blockWidth)
            zeroElements(start + k * to.planeStride(), to.planeStride());
        else
            zeroHalo(to, start + k * to.planeStride());
    }
    const auto& strides = plan.xStrides;
    for (int64_t h = 0; h < to.h; ++h)
        for (int64_t w = 0; w < to.w; ++w) {
            const float* const from =
                x + image * strides[0] + channel + h * strides[2] + w * strides[3];
            float* const pixel = start + to.origin() + h * to.rowStride() + w * blockWidth;
            if (isLanes)
                transposeTile({from, strides[0], pixel, to.planeStride(), images, channels});
            else
                copyChannels(from, channels, pixel);
        }
}

/// The same back.
void planesToPixels(const ReorderPlan& plan, const float* x, float* y, int64_t item) {
    const Image& from = plan.x;
    const bool isLanes = from.layout == Layout::Lanes;
    const int64_t image = item / from.channelBlocks() * (isLanes ? blockWidth : 1);
    const int64_t channel = item % from.channelBlocks() * blockWidth;
    const int64_t channels = std::min(blockWidth, from.c - channel);
    const int64_t images = std::min(blockWidth, from.n - image);
    const float* const start =
        x + from.origin() +
        (isLanes ? image / blockWidth * from.c + channel : item) * from.planeStride();
    const auto& strides = plan.yStrides;
    for (int64_t h = 0; h < from.h; ++h)
        for (int64_t w = 0; w < from.w; ++w) {
            const float* const pixel = start + h * from.rowStride() + w * blockWidth;
            float* const to = y + image * strides[0] + channel + h * strides[2] + w * strides[3];
            if (isLanes && images == blockWidth)
                transposeTile({pixel, from.planeStride(), to, strides[0], channels, images});
            else if (isLanes)
                transpose({pixel, from.planeStride(), to, strides[0], channels, images});
            else
                copyChannels(pixel, channels, to);
        }
}

/// The elements of one plane of x to their places in a contiguous row-major image.
void planeToRowMajor(const ReorderPlan& plan, const float* x, float* y, int64_t plane) {
    const Image& from = plan.x;
    const PlaneSlice slice = sliceOf(from, plane);
    const int64_t pixels = from.h * from.w;
    const float* start = x + plane * from.planeStride() + from.origin();
    for (int64_t h = 0; h < from.h; ++h)
        transpose({.from = start + h * from.rowStride(),
                   .fromStride = blockWidth,
                   .to = y + (slice.image * from.c + slice.channel) * pixels + h * from.w,
                   .toStride = from.layout == Layout::Lanes ? from.c * pixels : pixels,
                   .rows = from.w,
                   .columns = slice.lanes});
}

/// One plane to the same plane with another halo.
void planeToPlane(const ReorderPlan& plan, const float* x, float* y, int64_t plane) {
    const int64_t lanes = sliceOf(plan.y, plane).lanes;
    float* to = y + plane * plan.y.planeStride();
    zeroHalo(plan.y, to);
    for (int64_t h = 0; h < plan.y.h; ++h) {
        float* row = to + plan.y.origin() + h * plan.y.rowStride();
        std::memcpy(row,
                    x + plane * plan.x.planeStride() + plan.x.origin() + h * plan.x.rowStride(),
                    static_cast<size_t>(plan.y.w * blockWidth) * sizeof(float));
        if (lanes == blockWidth) continue;
        for (int64_t w = 0; w < plan.y.w; ++w)
            zeroElements(row + w * blockWidth + lanes, blockWidth - lanes);
    }
}

/// Sixteen images of sixteen channels from lanes to blocked or back: y's planes from its tile's
/// first on. `item` counts (group of images, block of channels).
void swapLanes(const ReorderPlan& plan, const float* x, float* y, int64_t item) {
    const int64_t blocks = plan.y.channelBlocks();
    const int64_t image = item / blocks * blockWidth;
    const int64_t channel = item % blocks * blockWidth;
    const int64_t images = std::min(blockWidth, plan.y.n - image);
    const int64_t channels = std::min(blockWidth, plan.y.c - channel);
    const bool fromLanes = plan.x.layout == Layout::Lanes;
    const Image& lanes = fromLanes ? plan.x : plan.y;
    const Image& blocked = fromLanes ? plan.y : plan.x;
    const int64_t lanesStart = (image / blockWidth * lanes.c + channel) * lanes.planeStride();
    const int64_t blockedStart = (image * blocks + channel / blockWidth) * blocked.planeStride();
    const int64_t lanesStride = lanes.planeStride();
    const int64_t blockedStride = blocks * blocked.planeStride();

    const int64_t rows = fromLanes ? channels : images;     // planes of x
    const int64_t columns = fromLanes ? images : channels;  // planes of y
    float* to = y + (fromLanes ? blockedStart : lanesStart);
    const float* from = x + (fromLanes ? lanesStart : blockedStart);
    const int64_t toStride = fromLanes ? blockedStride : lanesStride;
    const int64_t fromStride = fromLanes ? lanesStride : blockedStride;
    for (int64_t k = 0; k < columns; ++k) {
        if (rows < blockWidth)
            zeroElements(to + k * toStride, plan.y.planeStride());
        else
            zeroHalo(plan.y, to + k * toStride);
    }
    for (int64_t h = 0; h < plan.y.h; ++h)
        for (int64_t w = 0; w < plan.y.w; ++w)
            transpose({.from = from + plan.x.origin() + h * plan.x.rowStride() + w * blockWidth,
                       .fromStride = fromStride,
                       .to = to + plan.y.origin() + h * plan.y.rowStride() + w * blockWidth,
                       .toStride = toStride,
                       .rows = rows,
                       .columns = columns});
}

template <void copy(const ReorderPlan&, const float*, float*, int64_t)>
void run(const void* bound, void* const* operands, Workspace, int, int64_t part) {
    const auto& plan = *static_cast<const ReorderPlan*>(bound);
    const auto* x = static_cast<const float*>(operands[0]);
    auto* y = static_cast<float*>(operands[1]);
    for (int64_t item = plan.items.begin(part); item < plan.items.end(part); ++item)
        copy(plan, x, y, item);
}

Kernel::Run chooseReorder(Layout from, Layout to, bool byPixels) {
    if (from == to) return run<planeToPlane>;
    if (byPixels) return from == Layout::RowMajor ? run<pixelsToPlanes> : run<planesToPixels>;
    if (from == Layout::RowMajor) return run<rowMajorToPlane>;
    if (to == Layout::RowMajor) return run<planeToRowMajor>;
    return run<swapLanes>;
}

}  // namespace
}  // namespace vitrine::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels::cpu {

HWY_EXPORT(chooseReorder);

Kernel reorder(const ReorderProblem& problem) {
    const std::string reason = whyNoTiles(problem);
    if (!reason.empty()) return refuse(reason);
    const ReorderPlan plan = makeReorderPlan(problem);
    std::string name = "copy.reorder ";
    name.append(layoutName(problem.x.layout)).append(" to");
    Kernel kernel = bindKernel(
        planeKernelName(name, problem.y.layout, "tiles"), plan,
        HWY_DYNAMIC_DISPATCH(chooseReorder)(problem.x.layout, problem.y.layout, plan.byPixels));
    kernel.parts[0] = plan.items.parts;
    return kernel;
}

}  // namespace vitrine::kernels::cpu
#endif

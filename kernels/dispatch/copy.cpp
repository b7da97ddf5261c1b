// SPDX-License-Identifier: Apache-2.0
// Copies of views and of pieces.
#include "kernels/api/copy.h"

#include <algorithm>

#include "kernels/dispatch/family.h"

namespace vitrine::kernels {

namespace {

ChannelConcatProblem channelConcat(const Call& call, Layout layout) {
    ChannelConcatProblem problem;
    for (size_t k = 0; k < call.inputs(); ++k) problem.x.push_back(call.in(k));
    problem.y = call.out(0);
    for (Image& x : problem.x) x.layout = layout;
    problem.y.layout = layout;
    return problem;
}

}  // namespace

Offers offersOf(const Copy&, const Call& call) { return rowMajorOnly(call, {0}); }
Kernel bindTo(const Copy&, const Call& call) {
    const Operand& x = call.in(0);
    StridedCopyProblem problem{.rank = x.array.rank, .elementBytes = sizeOf(x.dtype)};
    std::ranges::copy_n(x.array.shape.begin(), problem.rank, problem.shape.begin());
    std::ranges::copy_n(x.array.strides.begin(), problem.rank, problem.strides.begin());
    return selectStridedCopy(problem);
}

Offers offersOf(const Concat& concat, const Call& call) {
    Together together(call, allPlaces(call));
    const int rank = call.out(0).array.rank;
    if (concat.axis != 1) together.refusePlanes("along channels only");
    if (rank != 2 && rank != 4) together.refusePlanes("images of rank 2 or 4 only");
    if (call.out(0).dtype != DType::F32) together.refusePlanes("f32 only");
    return together.offers();
}
Kernel bindTo(const Concat& concat, const Call& call) {
    const Operand& y = call.out(0);
    if (y.layout != Layout::RowMajor) return selectChannelConcat(channelConcat(call, y.layout));
    const AlongAxis whole = along(y, concat.axis);
    ConcatProblem problem{
        .outer = whole.outer, .inner = whole.inner, .extents = {}, .elementBytes = sizeOf(y.dtype)};
    for (size_t k = 0; k < call.inputs(); ++k)
        problem.extents.push_back(along(call.in(k), concat.axis).extent);
    return selectConcat(problem);
}

Offers offersOf(const ZeroPad& pad, const Call& call) {
    if (pad.axis != 1 || pad.before > 0 || pad.after > 0) return rowMajorOnly(call);
    Together together(call, allPlaces(call));
    if (call.in(0).dtype != DType::F32) together.refusePlanes("f32 only");
    return together.refuse(Layout::Blocked, "channels begin in the middle of a block").offers();
}
Kernel bindTo(const ZeroPad& pad, const Call& call) {
    if (call.in(0).layout == Layout::Lanes)
        return selectChannelPiece({call.in(0), call.out(0), -pad.before});
    const AlongAxis x = along(call.in(0), pad.axis);
    return selectZeroPad({.outer = x.outer,
                          .extent = x.extent,
                          .inner = x.inner,
                          .before = pad.before,
                          .after = pad.after,
                          .elementBytes = sizeOf(call.in(0).dtype)});
}

}  // namespace vitrine::kernels

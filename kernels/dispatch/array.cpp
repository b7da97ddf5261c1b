// SPDX-License-Identifier: Apache-2.0
// Families that take row-major arrays of any rank.
#include "kernels/api/along.h"
#include "kernels/api/gather.h"
#include "kernels/api/matmul.h"
#include "kernels/api/reduce.h"
#include "kernels/api/scatter.h"
#include "kernels/dispatch/family.h"

namespace vitrine::kernels {

Offers offersOf(const Reduce&, const Call& call) { return rowMajorOnly(call, {0}); }
Kernel bindTo(const Reduce& reduce, const Call& call) {
    return selectReduce({.x = call.in(0), .isReduced = reduce.isReduced, .pass = reduce.pass});
}

Offers offersOf(const Along&, const Call& call) { return rowMajorOnly(call); }
Kernel bindTo(const Along& what, const Call& call) {
    const bool isPut = what.pass == AlongPass::Put;
    const AlongAxis x = along(isPut ? call.out(0) : call.in(0), what.axis);
    return selectAlong({.pass = what.pass,
                        .outer = x.outer,
                        .in = x.extent,
                        .out = along(isPut ? call.in(0) : call.out(0), what.axis).extent,
                        .inner = x.inner,
                        .largest = what.largest,
                        .exclusive = what.exclusive,
                        .reverse = what.reverse,
                        .dtype = call.in(0).dtype});
}

Offers offersOf(const MatMul&, const Call& call) { return rowMajorOnly(call, {0, 1}); }
Kernel bindTo(const MatMul&, const Call& call) {
    return selectMatMul({.a = call.in(0), .b = call.in(1), .y = call.out(0)});
}

Offers offersOf(const Gather&, const Call& call) { return rowMajorOnly(call); }
Kernel bindTo(const Gather& gather, const Call& call) {
    const AlongAxis x = along(call.in(0), gather.axis);
    return selectGather({.outer = x.outer,
                         .rows = x.extent,
                         .inner = x.inner,
                         .count = call.in(1).elements(),
                         .dtype = call.in(0).dtype,
                         .index = call.in(1).dtype});
}

Offers offersOf(const ScatterAdd&, const Call& call) { return rowMajorOnly(call); }
Kernel bindTo(const ScatterAdd& scatter, const Call& call) {
    const AlongAxis y = along(call.out(0), scatter.axis);
    return selectScatterAdd({.outer = y.outer,
                             .rows = y.extent,
                             .inner = y.inner,
                             .count = call.in(1).elements(),
                             .dtype = call.in(0).dtype,
                             .index = call.in(1).dtype});
}

Offers offersOf(const Scatter&, const Call& call) { return rowMajorOnly(call); }
Kernel bindTo(const Scatter& scatter, const Call& call) {
    const AlongAxis x = along(call.in(0), scatter.axis);
    return selectScatter({.mode = scatter.mode,
                          .outer = x.outer,
                          .in = x.extent,
                          .inner = x.inner,
                          .count = along(call.in(1), scatter.axis).extent,
                          .dtype = call.in(0).dtype});
}

namespace {

/// Which axis of an image [n, c, h, w] that is: 2 or 3; 0 where planes do not know it.
int axisOfImage(const Resample& resample, const Operand& x) {
    const int rank = x.array.rank;
    if (rank < 3 || rank > 5) return 0;
    if (resample.axis == rank - 1) return 3;
    return rank == 4 && resample.axis == 2 ? 2 : 0;
}

}  // namespace

Offers offersOf(const Resample& resample, const Call& call) {
    Together together(call, allPlaces(call));
    if (axisOfImage(resample, call.in(0)) == 0) together.refusePlanes("rows and columns only");
    if (mostTerms(resample.map) > axisMapFloats) together.refusePlanes("sums of few terms only");
    constexpr double rowMajorFactor = 1.25;
    return together.offers(rowMajorFactor);
}
Kernel bindTo(const Resample& resample, const Call& call) {
    if (call.in(0).layout != Layout::RowMajor)
        return selectPlaneAxisMap({.x = call.in(0),
                                   .y = call.out(0),
                                   .alongRows = axisOfImage(resample, call.in(0)) == 2,
                                   .map = resample.map});
    const AlongAxis x = along(call.in(0), resample.axis);
    return selectAxisMap({.outer = x.outer,
                          .in = x.extent,
                          .out = along(call.out(0), resample.axis).extent,
                          .inner = x.inner,
                          .map = resample.map,
                          .dtype = call.in(0).dtype});
}

}  // namespace vitrine::kernels

// SPDX-License-Identifier: Apache-2.0
// Checking of positions, and rows of several axes at once.
#include "core/ops/families/position_rules.h"

#include <fmt/format.h>

#include <limits>

#include "core/opdef/shape_rules.h"

namespace vitrine::positions {

namespace {

ValueId whole(Builder& b, int64_t number) {
    return b.constant({}, DType::I64, static_cast<double>(number));
}

}  // namespace

Checked checked(Builder& b, ValueId index, int64_t extent) {
    const ValueId given = axis::cast(b, index, DType::I64), zero = whole(b, 0);
    const ValueId isBelow = b.emit("less", {given, zero});
    const ValueId fromFront = b.emit("where", {isBelow, b.add(given, whole(b, extent)), given});
    Attrs bounds = b.attrs("clamp");
    bounds.with("low", 0.0).with("high", static_cast<double>(extent - 1));
    const ValueId inside = b.emit("clamp", bounds, {fromFront});
    return {inside, b.emit("equal", {inside, fromFront})};
}

ValueId orMissing(Builder& b, ValueId isThere, ValueId y) {
    const DType type = b.dtype(y);
    const double missing = isFloat(type) ? std::numeric_limits<double>::quiet_NaN() : 0;
    return b.emit("where", {isThere, y, b.constant({}, type, missing)});
}

ValueId orZero(Builder& b, ValueId isThere, ValueId y) {
    return b.emit("where", {isThere, y, b.constant({}, b.dtype(y), 0)});
}

Result<Shape> rowShapes(const Shape& x, const Shape& index, int64_t batchAxes) {
    if (index.rank() < 1) return shapeError("index needs one axis or more, got []");
    const int64_t named = index[index.rank() - 1];
    const auto batch = static_cast<int>(batchAxes);
    if (batch >= index.rank() || batch > x.rank())
        return shapeError(fmt::format("batch_axes is {}, index {} and x {} do not have so many",
                                      batch, index.text(), x.text()));
    for (int i = 0; i < batch; ++i)
        if (index[i] != x[i])
            return shapeError(fmt::format("index {} needs the first {} extents of x {}",
                                          index.text(), batch, x.text()));
    if (named > x.rank() - batch)
        return shapeError(fmt::format("index {} names {} axes, x {} has {}", index.text(), named,
                                      x.text(), x.rank() - batch));
    Shape result;
    for (int i = 0; i + 1 < index.rank(); ++i) {
        if (result.rank() == Shape::maxRank) break;
        result.push(index[i]);
    }
    for (int i = batch + static_cast<int>(named); i < x.rank(); ++i) {
        if (result.rank() == Shape::maxRank)
            return shapeError(fmt::format("x {} by index {} has more than {} axes", x.text(),
                                          index.text(), Shape::maxRank));
        result.push(x[i]);
    }
    return result;
}

Rows rows(Builder& b, const Shape& x, ValueId index, int64_t batchAxes) {
    const Shape given = b.shape(index);
    const int last = given.rank() - 1, batch = static_cast<int>(batchAxes);
    const auto named = static_cast<int>(given[last]);
    Rows result;
    for (int i = 0; i < last; ++i) result.places.push(given[i]);
    const int64_t count = result.places.elements();
    for (int i = 0; i < batch + named; ++i) result.extent *= x[i];
    for (int i = batch + named; i < x.rank(); ++i) result.inner *= x[i];

    const ValueId table = b.reshape(index, {count, named});
    ValueId row = noValue, isThere = noValue;
    for (int k = 0; k < named; ++k) {
        const int64_t extent = x[batch + k];
        const Checked own = checked(b, axis::piece(b, table, 1, {.start = k}), extent);
        row = row == noValue ? own.index : b.add(b.mul(row, whole(b, extent)), own.index);
        isThere = isThere == noValue ? own.isThere : b.emit("logical_and", {isThere, own.isThere});
    }
    int64_t batches = 1;
    for (int i = 0; i < batch; ++i) batches *= x[i];
    if (batches > 1) {
        const ValueId numbers = axis::cast(b, axis::counted(b, batches), DType::I64);
        const ValueId starts = b.mul(numbers, whole(b, result.extent / batches));
        row = b.reshape(
            b.add(b.reshape(row, {batches, count / batches}), b.reshape(starts, {batches, 1})),
            {count, 1});
    }
    row = b.emit("where", {isThere, row, whole(b, result.extent)});
    result.rows = b.reshape(row, {count});
    return result;
}

}  // namespace vitrine::positions

// SPDX-License-Identifier: Apache-2.0
// Whole values again and again along axes.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/axis_rules.h"

namespace vitrine::ops::tile {

namespace {

/// As many as there are axes in the result.
Result<std::vector<int64_t>> repeatsOf(const Attrs& attrs, const Shape& x) {
    std::vector<int64_t> repeats = attrs.list("repeats");
    VITRINE_TRY(shapeFrom("repeats", repeats));
    while (std::ssize(repeats) < x.rank()) repeats.insert(repeats.begin(), 1);
    return repeats;
}

/// x with axes of extent 1 in front.
Shape widened(const Shape& x, size_t rank) {
    Shape result;
    for (size_t i = static_cast<size_t>(x.rank()); i < rank; ++i) result.push(1);
    for (int64_t extent : x.dims()) result.push(extent);
    return result;
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const auto repeats = repeatsOf(attrs, in[0].shape);
    if (!repeats.ok()) return repeats.error();
    VITRINE_TRY(needSize("x", in[0].shape));
    Shape result = widened(in[0].shape, repeats->size());
    VITRINE_TRY(needSize("repeats", Shape(std::span<const int64_t>(*repeats))));
    for (int i = 0; i < result.rank(); ++i) result[i] *= (*repeats)[static_cast<size_t>(i)];
    return oneResult(result, in[0].dtype);
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const std::vector<int64_t> repeats = *repeatsOf(attrs, b.shape(in[0]));
    ValueId x = b.reshape(in[0], widened(b.shape(in[0]), repeats.size()));
    for (size_t i = repeats.size(); i-- > 0;) {
        if (repeats[i] == 1) continue;
        const Shape before = b.shape(x);
        const auto axis = static_cast<int>(i);
        const AxisView view = alongAxis(before, axis);
        const int64_t row = view.extent * view.inner;
        const ValueId rows = b.reshape(x, {view.outer, 1, row});
        x = b.reshape(b.expand(rows, {view.outer, repeats[i], row}),
                      axis::with(before, axis, before[axis] * repeats[i]));
    }
    return {x};
}

constexpr PortSpec outputs[] = {axis::anyOutput("The input, again and again.")};
constexpr FieldSpec fields[] = {
    {.id = "repeats",
     .title = "Repeats",
     .type = FieldType::IntList,
     .defaultText = "2",
     .minimum = 1,
     .maximum = 1 << 30,
     .help = "How often the value stands along each axis, the last number for the last axis; with "
             "more numbers than axes there are new ones in front.",
     .onNode = OnNode::Value}};

constexpr OpSample samples[] = {{"", "2x3"},
                                {"repeats=2,1,3", "2x3x2"},
                                {"repeats=3,2", "4"},
                                {"repeats=2,2", "1x3:i64<9"},
                                {"repeats=3", "scalar"}};
constexpr OpErrorSample errorSamples[] = {
    {"repeats=1,1,1,1,1,1,1,1,2", "3", "repeats has 9 extents, at most 8 are possible"},
    {"repeats=1073741824,1073741824", "2x2", "has more than 2^40 elements"},
    {"repeats=0", "2x2", "field 'repeats' is '0', wanted whole numbers from 1"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "tile",
    .title = "Tile",
    .category = "shape",
    .summary = "Repeats whole values along axes.",
    .formula = "y[…, i, …] = x[…, i mod n, …]",
    .searchWords = "repeat copy wallpaper",
    .inputs = axis::anyInput,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::tile

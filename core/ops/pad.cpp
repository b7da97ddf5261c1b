// SPDX-License-Identifier: Apache-2.0
// Elements around a value: a number, its mirror image, its edge, or itself again.
#include <algorithm>

#include <fmt/format.h>

#include "core/base/count_text.h"
#include "core/opdef/shape_rules.h"
#include "core/ops/families/axis_rules.h"

namespace vitrine::ops::pad {

namespace {

struct Sides {
    int axis = 0;
    int64_t before = 0, after = 0;
};

/// The fields axes and pads, an entry for each axis.
Result<std::vector<Sides>> sidesOf(const Attrs& attrs, const Shape& x) {
    const auto &axes = attrs.list("axes"), &pads = attrs.list("pads");
    const size_t count = axes.size();
    if (pads.size() != 1 && pads.size() != count && pads.size() != 2 * count)
        return shapeError(fmt::format("pads has {} for {}, wanted 1, {} or {}",
                                      countOf(pads.size(), "number"),
                                      countOf(count, "axis", "axes"), count, 2 * count));
    std::vector<Sides> sides;
    for (size_t i = 0; i < count; ++i) {
        const int64_t axis = axes[i] < 0 ? axes[i] + x.rank() : axes[i];
        VITRINE_TRY(needAxis(axis, "x", x));
        const bool isTwice =
            std::ranges::any_of(sides, [axis](const Sides& other) { return other.axis == axis; });
        if (isTwice) return shapeError(fmt::format("axes name axis {} of x twice", axis));
        const int64_t before = pads[pads.size() == 1 ? 0 : i];
        const int64_t after = pads.size() == 2 * count ? pads[count + i] : before;
        sides.push_back({static_cast<int>(axis), before, after});
    }
    return sides;
}

/// How far the mode reaches into `extent` elements.
Result<void> needReach(const std::string& mode, const Sides& sides, int64_t extent) {
    const int64_t reach = mode == "reflect"    ? extent - 1
                          : mode == "circular" ? extent
                                               : maxElements;
    const int64_t most = std::max(sides.before, sides.after);
    if (most <= reach) return {};
    return shapeError(
        fmt::format("{} padding of axis {} by {} wants {} elements or more, there "
                    "are {}",
                    mode, sides.axis, most, most + extent - reach, extent));
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    VITRINE_TRY(needSize("x", in[0].shape));
    const auto all = sidesOf(attrs, in[0].shape);
    if (!all.ok()) return all.error();
    Shape result = in[0].shape;
    for (const Sides& sides : *all) {
        int64_t& extent = result[sides.axis];
        const int64_t kept =
            extent + std::min<int64_t>(sides.before, 0) + std::min<int64_t>(sides.after, 0);
        if (kept < 1)
            return shapeError(
                fmt::format("pads leave nothing of the extent {} of axis {}", extent, sides.axis));
        VITRINE_TRY(needReach(attrs.text("mode"), sides, kept));
        extent += sides.before + sides.after;
    }
    return oneResult(result, in[0].dtype);
}

ValueId filled(Builder& b, ValueId x, int axis, int64_t count, double value) {
    if (count == 0) return noValue;
    return b.constant(axis::with(b.shape(x), axis, count), b.dtype(x), value);
}

/// `count` elements that lie in front of x, or behind it.
ValueId around(Builder& b, const Attrs& attrs, ValueId x, int axis, int64_t count, bool isFront) {
    if (count == 0) return noValue;
    const std::string& mode = attrs.text("mode");
    const Shape shape = b.shape(x);
    const int64_t extent = shape[axis];
    if (mode == "constant") return filled(b, x, axis, count, attrs.real("value"));
    if (mode == "circular")
        return axis::piece(b, x, axis, {.start = isFront ? extent - count : 0, .length = count});
    if (mode == "reflect")
        return axis::piece(b, x, axis,
                           {.start = isFront ? count : extent - 2, .length = count, .step = -1});
    const ValueId edge = axis::piece(b, x, axis, {.start = isFront ? 0 : extent - 1, .length = 1});
    return b.expand(edge, axis::with(shape, axis, count));
}

ValueId padded(Builder& b, const Attrs& attrs, ValueId x, const Sides& sides) {
    const int axis = sides.axis;
    const int64_t cutFront = std::max<int64_t>(-sides.before, 0),
                  cutBack = std::max<int64_t>(-sides.after, 0),
                  front = std::max<int64_t>(sides.before, 0),
                  back = std::max<int64_t>(sides.after, 0);
    x = axis::piece(b, x, axis,
                    {.start = cutFront, .length = b.shape(x)[axis] - cutFront - cutBack});
    if (attrs.text("mode") == "constant" && attrs.real("value") == 0)
        return axis::padded(b, x, axis, front, back);
    return axis::joined(
        b, axis,
        {around(b, attrs, x, axis, front, true), x, around(b, attrs, x, axis, back, false)});
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    ValueId x = in[0];
    const auto all = sidesOf(attrs, b.shape(x));
    for (const Sides& sides : *all) x = padded(b, attrs, x, sides);
    return {x};
}

constexpr PortSpec outputs[] = {axis::anyOutput("The input with more or fewer elements around.")};
constexpr std::string_view modes[] = {"constant", "reflect", "replicate", "circular"};
constexpr FieldSpec fields[] = {
    {.id = "pads",
     .title = "Pads",
     .type = FieldType::IntList,
     .defaultText = "1",
     .minimum = -static_cast<double>(maxElements),
     .maximum = static_cast<double>(maxElements),
     .help = "Elements on each side of each axis. One number is for all; as many as axes are one "
             "for each; twice as many are those before each axis, then those after. Below zero "
             "elements are cut away.",
     .onNode = OnNode::Value},
    {.id = "axes",
     .title = "Axes",
     .type = FieldType::IntList,
     .defaultText = "-2,-1",
     .minimum = -Shape::maxRank,
     .maximum = Shape::maxRank - 1,
     .help = "Axes that grow; from -1 down they count from the last."},
    {.id = "mode",
     .title = "Mode",
     .type = FieldType::Choice,
     .defaultText = "constant",
     .help = "What stands there: a number, the mirror image without the edge, the edge, or the "
             "other end.",
     .choices = modes,
     .onNode = OnNode::Named},
    {.id = "value",
     .title = "Value",
     .type = FieldType::Real,
     .defaultNumber = 0,
     .help = "The number, where the mode is constant."}};

constexpr OpSample samples[] = {{"", "2x3x4"},
                                {"pads=1,2,0,3 value=0.5", "2x2x3"},
                                {"pads=2,1 mode=reflect", "1x3x4"},
                                {"pads=2 mode=replicate axes=-1", "2x3"},
                                {"pads=2,1,1,3 mode=circular", "1x2x3"},
                                {"pads=-1,2", "3x4x5"},
                                {"pads=-1,2,1,-2 mode=reflect", "2x4x6"},
                                {"pads=1 value=7 axes=0", "3:i64<9"}};
constexpr OpErrorSample errorSamples[] = {
    {"pads=1,2,3", "2x3x4", "pads has 3 numbers for 2 axes, wanted 1, 2 or 4"},
    {"axes=0,-2", "3x4", "axes name axis 0 of x twice"},
    {"axes=3", "3x4", "axis 3 is not one of the 2 axes of x [3, 4]"},
    {"pads=3 mode=reflect", "3x4", "reflect padding of axis 0 by 3 wants 4 elements or more"},
    {"pads=-2", "3x4", "pads leave nothing of the extent 3 of axis 0"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "pad",
    .title = "Pad",
    .category = "shape",
    .summary = "Puts elements around a value, or cuts some away.",
    .formula = "y[…, i + before, …] = x[…, i, …]; around it a number, x[−i], x[0] or x[n − i]",
    .searchWords = "padding border mirror edge wrap reflection replication",
    .inputs = axis::anyInput,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::pad

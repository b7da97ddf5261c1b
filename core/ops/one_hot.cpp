// SPDX-License-Identifier: Apache-2.0
// Class numbers as rows of zeros with a one.
#include <fmt/format.h>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/axis_rules.h"

namespace vitrine::ops::one_hot {

namespace {

DType typeOf(const Attrs& attrs) { return attrs.text("dtype") == "f64" ? DType::F64 : DType::F32; }

/// Where the classes stand in the result.
Result<int> classAxis(const Attrs& attrs, const Shape& index) {
    if (index.rank() == Shape::maxRank)
        return shapeError(fmt::format("index {} has {} axes already", index.text(), index.rank()));
    const int64_t rank = index.rank() + 1, named = attrs.integer("axis");
    if (named < -rank || named >= rank)
        return shapeError(
            fmt::format("axis {} is not one of the {} axes of the result", named, rank));
    return static_cast<int>(named < 0 ? named + rank : named);
}

Shape with(const Shape& index, int axis, int64_t extent) {
    Shape result;
    for (int i = 0; i <= index.rank(); ++i)
        result.push(i == axis ? extent : index[i < axis ? i : i - 1]);
    return result;
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Result<int> axis = classAxis(attrs, in[0].shape);
    if (!axis.ok()) return axis.error();
    return oneResult(with(in[0].shape, *axis, attrs.integer("classes")), typeOf(attrs));
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const Shape index = b.shape(in[0]);
    const int axis = *classAxis(attrs, index);
    const int64_t classes = attrs.integer("classes");
    Shape alongClasses;
    for (int i = 0; i <= index.rank(); ++i) alongClasses.push(i == axis ? classes : 1);
    const ValueId numbers = axis::cast(b, axis::counted(b, classes), DType::I64);
    const ValueId wanted = b.reshape(axis::cast(b, in[0], DType::I64), with(index, axis, 1));
    const ValueId isClass = b.emit("equal", {wanted, b.reshape(numbers, alongClasses)});
    const double on = attrs.real("on"), off = attrs.real("off");
    ValueId y = axis::cast(b, isClass, typeOf(attrs));
    if (on - off != 1) y = b.scale(y, on - off);
    if (off != 0) y = b.emit("shift", b.attrs("shift").with("offset", off), {y});
    return {y};
}

constexpr std::string_view types[] = {"f32", "f64"};
constexpr PortSpec inputs[] = {
    {.id = "index",
     .title = "Index",
     .types = indexTypes,
     .pattern = "[…]",
     .help = "Class numbers from 0. One that is no class is off in all of them."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .hasOwnType = true,
                                 .pattern = "[…]",
                                 .help = "On at the class, off elsewhere."}};
constexpr FieldSpec fields[] = {
    {.id = "classes",
     .title = "Classes",
     .defaultNumber = 10,
     .minimum = 1,
     .maximum = 1 << 30,
     .help = "Extent of the new axis.",
     .onNode = OnNode::Count},
    axis::field("Where the classes stand in the result; -1 is last, 1 is where channels are."),
    {.id = "on",
     .title = "On",
     .type = FieldType::Real,
     .defaultNumber = 1,
     .help = "What stands at the class."},
    {.id = "off",
     .title = "Off",
     .type = FieldType::Real,
     .defaultNumber = 0,
     .help = "What stands at the others."},
    {.id = "dtype",
     .title = "Element type",
     .type = FieldType::Choice,
     .isElementType = true,
     .defaultText = "f32",
     .help = "Of the result.",
     .choices = types}};

constexpr OpSample samples[] = {{"", "4<10"},
                                {"classes=3 axis=1", "2x5x4:u8<3"},
                                {"classes=5 on=0.9 off=0.025 dtype=f64", "2x3:i64<6"},
                                {"classes=4 axis=0", "scalar<4"}};
constexpr OpErrorSample errorSamples[] = {
    {"", "4", "index needs whole numbers, got f32"},
    {"axis=2", "4<3", "axis 2 is not one of the 2 axes of the result"},
    {"", "1x1x1x1x1x1x1x2<3", "index [1, 1, 1, 1, 1, 1, 1, 2] has 8 axes already"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "one_hot",
    .title = "One-hot",
    .category = "shape",
    .summary = "Class numbers as rows of zeros with a one at the class.",
    .formula = "y[…, c] = index[…] = c ? on : off",
    .searchWords = "onehot classes labels indicator dummy",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::one_hot

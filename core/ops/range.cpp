// SPDX-License-Identifier: Apache-2.0
// Numbers at equal distances.
#include <cmath>

#include <fmt/format.h>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/axis_rules.h"

namespace vitrine::ops::range {

namespace {

/// How many; 0 where there is none.
double countOf(const Attrs& attrs) {
    const double step = attrs.real("step");
    return step == 0 ? 0 : std::ceil((attrs.real("stop") - attrs.real("start")) / step);
}

DType typeOf(const Attrs& attrs) {
    const std::string& type = attrs.text("dtype");
    return type == "f32"   ? DType::F32
           : type == "f64" ? DType::F64
           : type == "i32" ? DType::I32
                           : DType::I64;
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape>) {
    const double count = countOf(attrs);
    if (!(count >= 1))
        return shapeError(fmt::format("from {} to {} in steps of {} there is no number",
                                      attrs.real("start"), attrs.real("stop"), attrs.real("step")));
    if (count > static_cast<double>(maxElements))
        return shapeError("result has more than 2^40 elements");
    return oneResult({static_cast<int64_t>(count)}, typeOf(attrs));
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId>) {
    ValueId y = axis::counted(b, static_cast<int64_t>(countOf(attrs)));
    const double start = attrs.real("start"), step = attrs.real("step");
    if (step != 1) y = b.scale(y, step);
    if (start != 0) y = b.emit("shift", b.attrs("shift").with("offset", start), {y});
    return {axis::cast(b, y, typeOf(attrs))};
}

constexpr std::string_view types[] = {"f32", "f64", "i32", "i64"};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .types = realTypes | DType::I32 | DType::I64,
                                 .pattern = "[K]",
                                 .help = "The numbers, computed in float64."}};
constexpr FieldSpec fields[] = {{.id = "start",
                                 .title = "Start",
                                 .type = FieldType::Real,
                                 .defaultNumber = 0,
                                 .help = "The first number."},
                                {.id = "stop",
                                 .title = "Stop",
                                 .type = FieldType::Real,
                                 .defaultNumber = 10,
                                 .help = "No number reaches it.",
                                 .onNode = OnNode::Value},
                                {.id = "step",
                                 .title = "Step",
                                 .type = FieldType::Real,
                                 .defaultNumber = 1,
                                 .help = "From one number to the next; may be below zero."},
                                {.id = "dtype",
                                 .title = "Element type",
                                 .type = FieldType::Choice,
                                 .isElementType = true,
                                 .defaultText = "f32",
                                 .help = "Of the result; whole numbers are rounded towards zero.",
                                 .choices = types}};

constexpr OpSample samples[] = {{"", ""},
                                {"start=3 stop=-2 step=-0.5", ""},
                                {"stop=4 dtype=i64", ""},
                                {"start=-1 stop=1 step=0.3 dtype=f64", ""},
                                {"start=5 stop=6 dtype=i32", ""}};
constexpr OpErrorSample errorSamples[] = {
    {"start=3 stop=1", "", "from 3 to 1 in steps of 1 there is no number"},
    {"step=0", "", "from 0 to 10 in steps of 0 there is no number"},
    {"stop=1e30", "", "result has more than 2^40 elements"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "range",
    .title = "Range",
    .category = "math",
    .summary = "Numbers at equal distances.",
    .formula = "y[k] = start + k · step, as long as it lies in front of stop",
    .searchWords = "arange count sequence positions linspace",
    .inputs = {},
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::range

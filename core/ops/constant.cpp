// SPDX-License-Identifier: Apache-2.0
// One number in every element.
#include "core/opdef/shape_rules.h"

namespace vitrine::ops::constant {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape>) {
    const Result<Shape> shape = shapeFrom("shape", attrs.list("shape"));
    if (!shape.ok()) return shape.error();
    for (DType type : allDTypes)
        if (name(type) == attrs.text("dtype")) return oneResult(*shape, type);
    VITRINE_CHECK(false, "a type that can be chosen has its name");
    return shapeError("no type");
}

kernels::Problem problem(const OpQuery& q) {
    return kernels::Fill{.value = q.instr.attrs.real("value")};
}

double flops(const OpQuery&) { return 0; }

constexpr PortSpec outputs[] = {
    {.id = "y",
     .title = "Output",
     .types = everyType,
     .pattern = "[…]",
     .help = "The number, everywhere; whole types have it cut towards 0."}};
constexpr std::string_view types[] = {"f32", "f64", "f16", "bf16", "i8",  "i16", "i32",
                                      "i64", "u8",  "u16", "u32",  "u64", "bool"};
constexpr FieldSpec fields[] = {{.id = "shape",
                                 .title = "Shape",
                                 .type = FieldType::IntList,
                                 .minimum = 1,
                                 .maximum = static_cast<double>(maxElements),
                                 .help = "Extents of the result; empty for one number.",
                                 .onNode = OnNode::Value},
                                {.id = "value",
                                 .title = "Value",
                                 .type = FieldType::Real,
                                 .defaultNumber = 0,
                                 .help = "The number in every element."},
                                {.id = "dtype",
                                 .title = "Element type",
                                 .type = FieldType::Choice,
                                 .isElementType = true,
                                 .defaultText = "f32",
                                 .help = "Of the elements.",
                                 .choices = types}};

constexpr OpSample samples[] = {{"shape=2,3,4,5 value=-1.5", ""},
                                {"shape=17 value=2 dtype=f64", ""},
                                {"", ""},
                                {"shape=3,1 value=1e-3", ""},
                                {"shape=5 value=-7 dtype=i64", ""},
                                {"shape=2,3 value=1 dtype=bool", ""}};
constexpr OpErrorSample errorSamples[] = {
    {"shape=1099511627776,2", "", "result [1099511627776, 2] has more than 2^40 elements"},
    {"shape=1,1,1,1,1,1,1,1,1", "", "shape has 9 extents, at most 8 are possible"},
    {"shape=0", "", "field 'shape' is '0', wanted whole numbers from 1"},
    {"dtype=i4", "", "field 'dtype' is 'i4', wanted one of f32, f64"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "constant",
    .title = "Constant",
    .category = "internal",
    .summary = "One number in every element.",
    .formula = "y = value",
    .inputs = {},
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .problem = problem,
    .flops = flops,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::constant

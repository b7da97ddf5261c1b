// SPDX-License-Identifier: Apache-2.0
// The same numbers in another element type.

#include "core/opdef/descriptor.h"

namespace vitrine::ops::cast {

namespace {

constexpr std::string_view types[] = {
    "f32",        "f16",    "bf16",   "f64", "i8",   "i16",      "i32",        "i64",
    "u8",         "u16",    "u32",    "u64", "bool", "f8e4m3fn", "f8e4m3fnuz", "f8e5m2",
    "f8e5m2fnuz", "f8e8m0", "f4e2m1", "i4",  "u4",   "i2",       "u2"};

DType typeNamed(std::string_view wanted) {
    for (DType type : allDTypes)
        if (name(type) == wanted) return type;
    VITRINE_CHECK(false, "a type that can be chosen has its name");
    return DType::F32;
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    return std::vector<ValueShape>{{in[0].shape, typeNamed(attrs.text("to"))}};
}

ValueId castTo(Builder& b, ValueId x, DType type) {
    return b.emit("cast", b.attrs("cast").with("to", std::string(name(type))), {x});
}

// Rounding counts as the identity. What is no floating-point type that operators compute with has
// no gradient.
void vjp(VjpContext& c) {
    const DType from = c.b.dtype(c.in(0));
    if (isFloat(from)) c.inGrad[0] = castTo(c.b, c.outGrad[0], from);
}

void jvp(JvpContext& c) {
    const DType to = c.b.dtype(c.out(0));
    if (isFloat(to)) c.outTangent[0] = castTo(c.b, c.inTangent[0], to);
}

kernels::Problem problem(const OpQuery& q) {
    return kernels::Cast{.saturate = q.instr.attrs.flag("saturate")};
}

double flops(const OpQuery&) { return 0; }

constexpr PortSpec inputs[] = {{.id = "x",
                                .title = "Input",
                                .types = storedTypes,
                                .hasOwnType = true,
                                .pattern = "[S…]",
                                .help = "Numbers of any type."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .types = storedTypes,
                                 .hasOwnType = true,
                                 .pattern = "[S…]",
                                 .help = "The same numbers, rounded to what the type holds."}};
constexpr FieldSpec fields[] = {
    {.id = "to",
     .title = "Type",
     .type = FieldType::Choice,
     .isElementType = true,
     .defaultText = "f32",
     .help = "Element type of the result. Where a whole network is computed in float64, as for "
             "checking gradients, casts to other floats are to float64 too.",
     .choices = types,
     .onNode = OnNode::Value},
    {.id = "saturate",
     .title = "Saturate",
     .type = FieldType::Bool,
     .defaultNumber = 1,
     .help = "What is too large for a float of 8 or 4 bits becomes the largest number (true), or "
             "infinity or NaN (false). Other types take no notice: past the largest float of 16 "
             "bits or more comes infinity, a float becomes the nearest end of a whole type's "
             "range (300.0 becomes 255 as u8), and one whole type becomes another by its lowest "
             "bits, so that it wraps (300 becomes 44 as u8, and −1 becomes 255)."}};

constexpr OpSample samples[] = {
    {"to=f64", "2x17x3x2"}, {"to=f32", "3x5"},         {"to=i32", "2x3", -9, 9},
    {"to=f32", "2x3:i64"},  {"to=bool", "2x3"},        {"to=u8", "4x5<10"},
    {"to=bf16", "2x3x4"},   {"to=f8e4m3fn", "17x2x3"}, {"to=i4", "5x3"},
    {"to=u2", "3x3<10"},    {"to=f4e2m1", "7", -8, 8}, {"to=f32", "2x3:u8"},
    {"to=i16", "3x3:u4"},   {"to=f16", "2x3:f8e5m2"}};
constexpr OpErrorSample errorSamples[] = {
    {"to=c64", "2x3", "field 'to' is 'c64', wanted one of f32, f16"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "cast",
    .title = "Cast",
    .category = "math",
    .summary = "The same numbers in another element type.",
    .formula =
        "y = x, rounded to the nearest number of y's type; towards zero for whole ones; "
        "bool is false for 0 alone",
    .searchWords = "convert type dtype astype to",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = problem,
    .flops = flops,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::cast

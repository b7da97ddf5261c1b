// SPDX-License-Identifier: Apache-2.0
// One of two values for each element, as a condition says.
#include "core/ops/families/compare_rules.h"

namespace vitrine::ops::where {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    auto result = compare::shapes(attrs, in);
    (*result)[0].dtype = in[1].dtype;
    return result;
}

ValueId zeroLike(Builder& b, ValueId v) {
    const DType type = b.dtype(v);
    if (realTypes.contains(type)) return b.constant({}, type, 0);
    const ValueId zero = b.constant({}, DType::F32, 0);
    return b.emit("cast", b.attrs("cast").with("to", std::string(name(type))), {zero});
}

void vjp(VjpContext& c) {
    const ValueId condition = c.in(0), dy = c.outGrad[0], zero = zeroLike(c.b, dy);
    if (c.wanted[1]) c.inGrad[1] = c.b.emit("where", {condition, dy, zero});
    if (c.wanted[2]) c.inGrad[2] = c.b.emit("where", {condition, zero, dy});
}

void jvp(JvpContext& c) {
    const auto tangent = [&](int i) {
        const ValueId t = c.inTangent[static_cast<size_t>(i)];
        return t == noValue ? zeroLike(c.b, c.out(0)) : t;
    };
    c.outTangent[0] = c.b.emit("where", {c.in(0), tangent(1), tangent(2)});
}

kernels::Problem problem(const OpQuery&) { return kernels::Select{}; }

constexpr PortSpec inputs[] = {
    compare::repeated("condition", "Condition", DType::Bool, "Which of the two it is."),
    compare::repeated("a", "If", everyType, "Where the condition is true."),
    compare::repeated("b", "Else", everyType, "Where it is false.")};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .types = everyType,
                                 .pattern = "[S…]",
                                 .help = "Elements of the two, in their type."}};
constexpr OpSample samples[] = {
    {"", "3x5:bool<2 3x5 3x5"},       {"", "2x3x5x7:bool<2 2x3x5x7 2x3x5x7"},
    {"", "17x1:bool<2 17x3 scalar"},  {"", "3:bool<2 2x1 2x3"},
    {"", "4:bool<2 4:i64<9 4:i64<9"}, {"", "2x3:bool<2 2x3:u8<9 3:u8<5"}};
constexpr OpErrorSample errors[] = {{"", "3 3 3", "condition needs bool, got f32"},
                                    {"", "3:bool 3 3:i64", "b needs f32 like a, got i64"},
                                    {"", "3:bool 4 4", "needs extents that repeat to"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "where",
    .title = "Where",
    .category = "math",
    .summary = "One of two values for each element, as a condition says; axes of extent 1 repeat.",
    .formula = "y = condition ? a : b",
    .searchWords = "select choose mask if condition",
    .inputs = inputs,
    .outputs = outputs,
    .inferShapes = inferShapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = problem,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::where

// SPDX-License-Identifier: Apache-2.0
// Remainder of a division, element by element.
#include "core/ops/families/pointwise_rules.h"
#include "core/ops/families/tangent_sum.h"

namespace vitrine::ops::mod {

namespace {

/// The whole quotient: minus the slope in b.
ValueId quotient(Builder& b, const Instr& instr) {
    const ValueId whole = b.sub(instr.in[0], instr.out[0]);
    return b.emit("round", {b.emit("div", {whole, instr.in[1]})});
}

void vjp(VjpContext& c) {
    c.inGrad[0] = c.outGrad[0];
    if (c.wanted[1]) c.inGrad[1] = c.b.scale(c.b.mul(c.outGrad[0], quotient(c.b, c.instr)), -1);
}

void jvp(JvpContext& c) {
    TangentSum sum(c.b);
    if (c.inTangent[0] != noValue) sum.add(c.inTangent[0]);
    if (c.inTangent[1] != noValue)
        sum.add(c.b.scale(c.b.mul(c.inTangent[1], quotient(c.b, c.instr)), -1));
    c.outTangent[0] = sum.value();
}

kernels::Problem problem(const OpQuery& q) {
    const bool byDividend = q.instr.attrs.text("sign") == "dividend";
    if (pointwise::isWhole(q)) {
        using enum kernels::Whole;
        return kernels::WholeMap{byDividend ? ModByDividend : ModByDivisor};
    }
    using enum kernels::Pointwise;
    return kernels::Map{byDividend ? ModByDividend : ModByDivisor};
}

constexpr std::string_view choices[] = {"divisor", "dividend"};
constexpr FieldSpec fields[] = {{.id = "sign",
                                 .title = "Sign",
                                 .type = FieldType::Choice,
                                 .defaultText = "divisor",
                                 .help = "Whose sign the result has: the divisor's, as in Python, "
                                         "or the dividend's, as in C.",
                                 .choices = choices,
                                 .onNode = OnNode::Named}};
constexpr OpSample samples[] = {{"", "3x5 3x5", 0.3, 2},
                                {"sign=dividend", "2x3x5x7 2x3x5x7", 0.5, 1.7},
                                {"", "1x17x3x1 1x17x3x1", -3, -1},
                                {"sign=dividend", "2x3x4 3x1", -2, -0.5},
                                {"", "scalar 2x3", 0.5, 2},
                                {"", "2x9:i64<90 9:i64<7"},
                                {"sign=dividend", "17:u8<200 17:u8<200"}};
constexpr OpErrorSample errors[] = {
    {"", "2x3 2x4", "b needs extents that repeat to [2, 3], got [2, 4]"},
    {"sign=c", "2x3 2x3", "field 'sign' is 'c', wanted one of divisor, dividend"},
    {"", "4:bool 4:bool", "a needs numbers, got bool"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "mod",
    .title = "Remainder",
    .category = "math",
    .summary = "What is left of a division to a whole quotient; axes of extent 1 repeat.",
    .formula =
        "y = a − b · ⌊a / b⌋, or with the quotient cut towards zero; of whole numbers 0 where "
        "b is",
    .searchWords = "modulo modulus fmod residue",
    .inputs = pointwise::binaryNumberInputs,
    .outputs = pointwise::numberOutputs,
    .fields = fields,
    .inferShapes = pointwise::shapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = problem,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::mod

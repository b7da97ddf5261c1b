// SPDX-License-Identifier: Apache-2.0
// Functions of each element.
#include "core/onnx/export/write_rule_parts.h"

#include <cmath>

namespace vitrine::onnx::writers::pointwise {

namespace {

#define VITRINE_SAME(NAME, TYPE) constexpr char NAME[] = TYPE
VITRINE_SAME(abs, "Abs");
VITRINE_SAME(acos, "Acos");
VITRINE_SAME(acosh, "Acosh");
VITRINE_SAME(asin, "Asin");
VITRINE_SAME(asinh, "Asinh");
VITRINE_SAME(atan, "Atan");
VITRINE_SAME(atanh, "Atanh");
VITRINE_SAME(ceil, "Ceil");
VITRINE_SAME(cos, "Cos");
VITRINE_SAME(cosh, "Cosh");
VITRINE_SAME(erf, "Erf");
VITRINE_SAME(exp, "Exp");
VITRINE_SAME(floor, "Floor");
VITRINE_SAME(log, "Log");
VITRINE_SAME(neg, "Neg");
VITRINE_SAME(reciprocal, "Reciprocal");
VITRINE_SAME(round, "Round");
VITRINE_SAME(sign, "Sign");
VITRINE_SAME(sin, "Sin");
VITRINE_SAME(sinh, "Sinh");
VITRINE_SAME(sqrt, "Sqrt");
VITRINE_SAME(tan, "Tan");
VITRINE_SAME(isNaN, "IsNaN");
VITRINE_SAME(bitNot, "BitwiseNot");
VITRINE_SAME(logicalNot, "Not");
VITRINE_SAME(add, "Add");
VITRINE_SAME(sub, "Sub");
VITRINE_SAME(mul, "Mul");
VITRINE_SAME(div, "Div");
VITRINE_SAME(pow, "Pow");
VITRINE_SAME(max, "Max");
VITRINE_SAME(min, "Min");
VITRINE_SAME(equal, "Equal");
VITRINE_SAME(greater, "Greater");
VITRINE_SAME(greaterOrEqual, "GreaterOrEqual");
VITRINE_SAME(less, "Less");
VITRINE_SAME(lessOrEqual, "LessOrEqual");
VITRINE_SAME(logicalAnd, "And");
VITRINE_SAME(logicalOr, "Or");
VITRINE_SAME(logicalXor, "Xor");
VITRINE_SAME(bitAnd, "BitwiseAnd");
VITRINE_SAME(bitOr, "BitwiseOr");
VITRINE_SAME(bitXor, "BitwiseXor");
VITRINE_SAME(where, "Where");
#undef VITRINE_SAME

void notEqual(WriteContext& c) { c.give(c.emit("Not", {c.emit("Equal", c.broadcastOperands())})); }

void bitShift(WriteContext& c) {
    const std::string direction = c.attrs().text("direction") == "left" ? "LEFT" : "RIGHT";
    c.give(c.emit("BitShift", c.broadcastOperands(), {{"direction", direction}}));
}

/// ONNX knows shifts of numbers without a sign alone.
bool hasNoSign(const OpQuery& q, int64_t) {
    const DType type = q.in[0].dtype;
    return type == DType::U8 || type == DType::U16 || type == DType::U32 || type == DType::U64;
}

void mod(WriteContext& c) {
    const std::vector<std::string> operands = c.broadcastOperands();
    const bool isOfDividend = c.attrs().text("sign") == "dividend";
    if (isOfDividend || !isFloat(c.type(0)))
        return c.give(c.emit("Mod", operands, {{"fmod", int64_t{isOfDividend}}}));
    const std::string whole = c.emit("Floor", {c.emit("Div", operands)});
    c.give(c.emit("Sub", {operands[0], c.emit("Mul", {whole, operands[1]})}));
}

void scale(WriteContext& c) {
    c.give(c.emit("Mul", {c.in(0), c.number(c.attrs().real("factor"), c.type(0))}));
}

void shift(WriteContext& c) {
    c.give(c.emit("Add", {c.in(0), c.number(c.attrs().real("offset"), c.type(0))}));
}

void powScalar(WriteContext& c) {
    c.give(c.emit("Pow", {c.in(0), c.number(c.attrs().real("exponent"), c.type(0))}));
}

void rsqrt(WriteContext& c) {
    std::string x = c.in(0);
    const double epsilon = c.attrs().real("epsilon");
    if (epsilon != 0) x = c.emit("Add", {x, c.number(epsilon, c.type(0))});
    c.give(c.emit("Reciprocal", {c.emit("Sqrt", {x})}));
}

void clamp(WriteContext& c) {
    const std::string& bounds = c.attrs().text("bounds");
    const bool isWhole = !isFloat(c.type(0));
    const auto bound = [&](std::string_view which) {
        if (bounds != "both" && bounds != which) return std::string();
        const double number = c.attrs().real(which);
        const double whole = which == "low" ? std::ceil(number) : std::floor(number);
        return c.number(isWhole ? whole : number, c.type(0));
    };
    c.give(c.emit("Clip", {c.in(0), bound("low"), bound("high")}));
}

void cast(WriteContext& c) {
    if (c.opset() < 19 || c.attrs().flag("saturate"))
        return c.give(c.cast(c.in(0), c.resultType()));
    const std::string like = c.cast(c.in(0), c.resultType());
    c.give(c.emit("CastLike", {c.in(0), like}, {{"saturate", int64_t{0}}}));
}

void isInf(WriteContext& c) {
    c.give(c.emit("IsInf", {c.in(0)},
                  {{"detect_positive", int64_t{c.attrs().flag("positive")}},
                   {"detect_negative", int64_t{c.attrs().flag("negative")}}}));
}

/// Pixels of the data, from 0 to 255, as a network takes them.
void normalize(WriteContext& c) { c.refuse("pixels are to be normalised before they come in"); }

void scaleBy(WriteContext& c) { c.give(c.emit("Mul", {c.in(0), c.in(1)})); }

constexpr WriteRule rules[] = {{"abs", renamed<abs>},
                               {"acos", renamed<acos>},
                               {"acosh", renamed<acosh>},
                               {"asin", renamed<asin>},
                               {"asinh", renamed<asinh>},
                               {"atan", renamed<atan>},
                               {"atanh", renamed<atanh>},
                               {"ceil", renamed<ceil>},
                               {"cos", renamed<cos>},
                               {"cosh", renamed<cosh>},
                               {"erf", renamed<erf>},
                               {"exp", renamed<exp>},
                               {"floor", renamed<floor>},
                               {"log", renamed<log>},
                               {"neg", renamed<neg>},
                               {"reciprocal", renamed<reciprocal>},
                               {"round", renamed<round>},
                               {"sign", renamed<sign>},
                               {"sin", renamed<sin>},
                               {"sinh", renamed<sinh>},
                               {"sqrt", renamed<sqrt>},
                               {"tan", renamed<tan>},
                               {"is_nan", renamed<isNaN>},
                               {"bit_not", renamed<bitNot>, 18},
                               {"logical_not", renamed<logicalNot>},
                               {"add", renamedRepeating<add>},
                               {"sub", renamedRepeating<sub>},
                               {"mul", renamedRepeating<mul>},
                               {"div", renamedRepeating<div>},
                               {"pow", renamedRepeating<pow>},
                               {"max", renamedRepeating<max>},
                               {"min", renamedRepeating<min>},
                               {"equal", renamedRepeating<equal>},
                               {"not_equal", notEqual},
                               {"greater", renamedRepeating<greater>},
                               {"greater_or_equal", renamedRepeating<greaterOrEqual>},
                               {"less", renamedRepeating<less>},
                               {"less_or_equal", renamedRepeating<lessOrEqual>},
                               {"logical_and", renamedRepeating<logicalAnd>},
                               {"logical_or", renamedRepeating<logicalOr>},
                               {"logical_xor", renamedRepeating<logicalXor>},
                               {"bit_and", renamedRepeating<bitAnd>, 18},
                               {"bit_or", renamedRepeating<bitOr>, 18},
                               {"bit_xor", renamedRepeating<bitXor>, 18},
                               {"bit_shift", bitShift, 11, hasNoSign},
                               {"where", renamedRepeating<where>},
                               {"mod", mod},
                               {"scale", scale},
                               {"scale_by", scaleBy},
                               {"shift", shift},
                               {"pow_scalar", powScalar},
                               {"rsqrt", rsqrt},
                               {"clamp", clamp},
                               {"cast", cast},
                               {"is_inf", isInf},
                               {"normalize", normalize},
                               {"identity", passedOn},
                               {"contiguous", passedOn}};

}  // namespace

extern const WriteRules descriptor;
constinit const WriteRules descriptor = {rules};

}  // namespace vitrine::onnx::writers::pointwise

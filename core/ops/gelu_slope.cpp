// SPDX-License-Identifier: Apache-2.0
// Slope of a Gaussian error linear unit.
#include <numbers>

#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::gelu_slope {

namespace {

/// φ(x) (2 − x²).
ValueId ofErf(Builder& b, ValueId x) {
    const ValueId square = b.mul(x, x);
    const double height = std::numbers::inv_sqrtpi / std::numbers::sqrt2;
    const ValueId density = b.scale(b.emit("exp", {b.scale(square, -0.5)}), height);
    return b.mul(density, pointwise::shifted(b, b.scale(square, -1), 2));
}

/// f = x s(u), s = 1 / (1 + e^−u), u = k (x + a x³): with t = 1 − 2 s,
/// f'' = s (1 − s) (2 u' + x u'' + x u'² t).
ValueId ofTanh(Builder& b, ValueId x) {
    const double k = 2 * std::numbers::sqrt2 * std::numbers::inv_sqrtpi, a = 0.044715;
    const ValueId square = b.mul(x, x);
    const ValueId u = b.mul(x, pointwise::shifted(b, b.scale(square, k * a), k));
    const ValueId first = pointwise::shifted(b, b.scale(square, 3 * k * a), k);
    const ValueId s = b.emit("sigmoid", {u}), rest = b.emit("sigmoid", {b.scale(u, -1)});
    const ValueId bend = b.mul(b.mul(first, first), b.sub(rest, s));
    const ValueId sum = b.add(b.scale(first, 2), b.mul(x, b.add(b.scale(x, 6 * k * a), bend)));
    return b.mul(b.mul(s, rest), sum);
}

ValueId derivative(Builder& b, const Instr& instr, ValueId v) {
    const bool isTanh = instr.attrs.text("approximation") == "tanh";
    return b.mul(v, isTanh ? ofTanh(b, instr.in[0]) : ofErf(b, instr.in[0]));
}

kernels::Problem problem(const OpQuery& q) {
    using enum kernels::Pointwise;
    return kernels::Map{q.instr.attrs.text("approximation") == "tanh" ? GeluTanhSlope : GeluSlope};
}

constexpr std::string_view choices[] = {"erf", "tanh"};
constexpr FieldSpec fields[] = {{.id = "approximation",
                                 .title = "Approximation",
                                 .type = FieldType::Choice,
                                 .defaultText = "erf",
                                 .help = "By the error function, which is exact, or by tanh, as "
                                         "some trained networks want it.",
                                 .choices = choices,
                                 .onNode = OnNode::Named}};
constexpr OpSample samples[] = {{"", "3x5", -4, 4},
                                {"approximation=tanh", "2x3x5x7", -3, 3},
                                {"", "1x17x3x1"},
                                {"approximation=tanh", "5", -6, 6},
                                {"", "scalar"}};
constexpr OpErrorSample errors[] = {
    {"", "3<10", "x needs floating-point numbers, got i32"},
    {"approximation=none", "3x5", "field 'approximation' is 'none', wanted one of erf, tanh"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "gelu_slope",
    .title = "GELU slope",
    .category = "internal",
    .summary = "Slope of a Gaussian error linear unit.",
    .formula = "y = Φ(x) + x · φ(x), φ = e^(−x²/2) / √(2π)",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .fields = fields,
    .inferShapes = pointwise::shapes,
    .vjp = pointwise::vjp<derivative>,
    .jvp = pointwise::jvp<derivative>,
    .problem = problem,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::gelu_slope

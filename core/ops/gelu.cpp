// SPDX-License-Identifier: Apache-2.0
// Gaussian error linear unit (Hendrycks and Gimpel 2016).
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::gelu {

namespace {

ValueId derivative(Builder& b, const Instr& instr, ValueId v) {
    const Attrs slope =
        b.attrs("gelu_slope").with("approximation", instr.attrs.text("approximation"));
    return b.mul(v, b.emit("gelu_slope", slope, {instr.in[0]}));
}

kernels::Problem problem(const OpQuery& q) {
    using enum kernels::Pointwise;
    return kernels::Map{q.instr.attrs.text("approximation") == "tanh" ? GeluTanh : Gelu};
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
    .id = "gelu",
    .title = "GELU",
    .category = "activation",
    .summary = "Lets each number through as far as the normal distribution lies below it.",
    .formula =
        "y = x · Φ(x) = x/2 · (1 + erf(x / √2)), or x/2 · (1 + tanh(√(2/π) · (x + 0.044715 · x³)))",
    .searchWords = "gaussian activation transformer",
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

}  // namespace vitrine::ops::gelu

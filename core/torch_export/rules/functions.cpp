// SPDX-License-Identifier: Apache-2.0
// Functions of each element, of axes, and of matrices.
#include "core/torch_export/torch_context.h"
#include "core/torch_export/torch_rule.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vitrine::torch_export::rules::functions {

namespace {

/// `{0}`, `{1}`, … stand for the operands.
template <const char* pattern>
void as(TorchContext& c) {
    std::vector<std::string> in;
    for (size_t k = 0; k < c.operands(); ++k) in.push_back(c.has(k) ? c.in(k) : "None");
    in.resize(3);
    c.give(fmt::format(fmt::runtime(pattern), in[0], in[1], in[2]));
}

#define VITRINE_AS(NAME, PATTERN) constexpr char NAME[] = PATTERN
VITRINE_AS(abs, "torch.abs({0})");
VITRINE_AS(acos, "torch.acos({0})");
VITRINE_AS(acosh, "torch.acosh({0})");
VITRINE_AS(asin, "torch.asin({0})");
VITRINE_AS(asinh, "torch.asinh({0})");
VITRINE_AS(atan, "torch.atan({0})");
VITRINE_AS(atanh, "torch.atanh({0})");
VITRINE_AS(ceil, "torch.ceil({0})");
VITRINE_AS(cos, "torch.cos({0})");
VITRINE_AS(cosh, "torch.cosh({0})");
VITRINE_AS(erf, "torch.erf({0})");
VITRINE_AS(exp, "torch.exp({0})");
VITRINE_AS(floor, "torch.floor({0})");
VITRINE_AS(log, "torch.log({0})");
VITRINE_AS(neg, "-{0}");
VITRINE_AS(reciprocal, "torch.reciprocal({0})");
VITRINE_AS(round, "torch.round({0})");
VITRINE_AS(sign, "torch.sign({0})");
VITRINE_AS(sin, "torch.sin({0})");
VITRINE_AS(sinh, "torch.sinh({0})");
VITRINE_AS(sqrt, "torch.sqrt({0})");
VITRINE_AS(tan, "torch.tan({0})");
VITRINE_AS(tanh, "torch.tanh({0})");
VITRINE_AS(sigmoid, "torch.sigmoid({0})");
VITRINE_AS(relu, "F.relu({0})");
VITRINE_AS(relu6, "F.relu6({0})");
VITRINE_AS(silu, "F.silu({0})");
VITRINE_AS(mish, "F.mish({0})");
VITRINE_AS(selu, "F.selu({0})");
VITRINE_AS(softplus, "torch.logaddexp({0}, torch.zeros_like({0}))");
VITRINE_AS(softsign, "F.softsign({0})");
VITRINE_AS(hardSwish, "F.hardswish({0})");
VITRINE_AS(isNaN, "torch.isnan({0})");
VITRINE_AS(bitNot, "torch.bitwise_not({0})");
VITRINE_AS(logicalNot, "torch.logical_not({0})");
VITRINE_AS(add, "{0} + {1}");
VITRINE_AS(sub, "{0} - {1}");
VITRINE_AS(mul, "{0} * {1}");
VITRINE_AS(pow, "torch.pow({0}, {1})");
VITRINE_AS(max, "torch.maximum({0}, {1})");
VITRINE_AS(min, "torch.minimum({0}, {1})");
VITRINE_AS(equal, "torch.eq({0}, {1})");
VITRINE_AS(notEqual, "torch.ne({0}, {1})");
VITRINE_AS(greater, "torch.gt({0}, {1})");
VITRINE_AS(greaterOrEqual, "torch.ge({0}, {1})");
VITRINE_AS(less, "torch.lt({0}, {1})");
VITRINE_AS(lessOrEqual, "torch.le({0}, {1})");
VITRINE_AS(logicalAnd, "torch.logical_and({0}, {1})");
VITRINE_AS(logicalOr, "torch.logical_or({0}, {1})");
VITRINE_AS(logicalXor, "torch.logical_xor({0}, {1})");
VITRINE_AS(bitAnd, "torch.bitwise_and({0}, {1})");
VITRINE_AS(bitOr, "torch.bitwise_or({0}, {1})");
VITRINE_AS(bitXor, "torch.bitwise_xor({0}, {1})");
VITRINE_AS(where, "torch.where({0}, {1}, {2})");
VITRINE_AS(matmul, "{0} @ {1}");
VITRINE_AS(linearData, "{0} @ {1}");
VITRINE_AS(scaleBy, "{0} * {1}");
VITRINE_AS(rowSoftmax, "torch.softmax({0}, dim=1)");
VITRINE_AS(rowLogSoftmax, "torch.log_softmax({0}, dim=1)");
VITRINE_AS(rowDot, "({0} * {1}).sum(dim=1)");
VITRINE_AS(rowScale, "{0} * {1}.unsqueeze(1)");
VITRINE_AS(dot, "({0} * {1}).sum()");
#undef VITRINE_AS

void passedOn(TorchContext& c) { c.give(c.in(0)); }

/// Whole numbers go towards zero, as in C.
void div(TorchContext& c) {
    const bool isWhole = !isFloat(c.type(0));
    c.give(isWhole ? fmt::format("torch.div({}, {}, rounding_mode=\"trunc\")", c.in(0), c.in(1))
                   : fmt::format("{} / {}", c.in(0), c.in(1)));
}

void mod(TorchContext& c) {
    const bool isOfDividend = c.attrs().text("sign") == "dividend";
    c.give(fmt::format("torch.{}({}, {})", isOfDividend ? "fmod" : "remainder", c.in(0), c.in(1)));
}

template <const char* pattern, const char* field>
void withField(TorchContext& c) {
    c.give(fmt::format(fmt::runtime(pattern), c.in(0), real(c.attrs().real(field))));
}
constexpr char scalePattern[] = "{} * {}", factor[] = "factor", shiftPattern[] = "{} + {}",
               offset[] = "offset", powPattern[] = "torch.pow({}, {})", exponent[] = "exponent",
               eluPattern[] = "F.elu({}, alpha={})", alpha[] = "alpha",
               celuPattern[] = "F.celu({}, alpha={})", leakyPattern[] = "F.leaky_relu({}, {})",
               slope[] = "slope", softshrinkPattern[] = "F.softshrink({}, {})", lambda[] = "lambda",
               rsqrtPattern[] = "torch.rsqrt({} + {})", epsilon[] = "epsilon";

void gelu(TorchContext& c) {
    const bool isTanh = c.attrs().text("approximation") == "tanh";
    c.give(fmt::format("F.gelu({}{})", c.in(0), isTanh ? ", approximate=\"tanh\"" : ""));
}

void clamp(TorchContext& c) {
    const std::string& bounds = c.attrs().text("bounds");
    std::string words = c.in(0);
    if (bounds != "high") words += ", min=" + real(c.attrs().real("low"));
    if (bounds != "low") words += ", max=" + real(c.attrs().real("high"));
    c.give(fmt::format("torch.clamp({})", words));
}
bool isReal(const OpQuery& q) { return isFloat(q.in[0].dtype); }

void hardTanh(TorchContext& c) {
    c.give(fmt::format("F.hardtanh({}, {}, {})", c.in(0), real(c.attrs().real("low")),
                       real(c.attrs().real("high"))));
}

void hardSigmoid(TorchContext& c) {
    c.give(fmt::format("torch.clamp({} * {} + {}, 0.0, 1.0)", c.in(0),
                       real(c.attrs().real("slope")), real(c.attrs().real("offset"))));
}

void threshold(TorchContext& c) {
    c.give(fmt::format("F.threshold({}, {}, {})", c.in(0), real(c.attrs().real("threshold")),
                       real(c.attrs().real("value"))));
}

void cast(TorchContext& c) { c.give(fmt::format("{}.to({})", c.in(0), torchType(c.resultType()))); }

std::vector<int64_t> reducedAxes(TorchContext& c) {
    std::vector<int64_t> axes = c.attrs().list("axes");
    for (int axis = 0; c.attrs().list("axes").empty() && axis < c.shape(0).rank(); ++axis)
        axes.push_back(axis);
    return axes;
}

template <const char* pattern>
void reduce(TorchContext& c) {
    const std::vector<int64_t> axes = reducedAxes(c);
    if (axes.empty()) c.refuse("it is of one number");
    c.give(fmt::format(fmt::runtime(pattern), c.in(0), listOf(axes),
                       c.attrs().flag("keep_axes") ? ", keepdim=True" : ""));
}
constexpr char sum[] = "torch.sum({}, dim={}{})", mean[] = "torch.mean({}, dim={}{})",
               largest[] = "torch.amax({}, dim={}{})", least[] = "torch.amin({}, dim={}{})",
               l1[] = "torch.linalg.vector_norm({}, 1, dim={}{})",
               l2[] = "torch.linalg.vector_norm({}, 2, dim={}{})",
               logSumExp[] = "torch.logsumexp({}, dim={}{})";

void along(TorchContext& c, std::string_view function) {
    c.give(fmt::format("torch.{}({}, dim={})", function, c.in(0), c.axisOf(0)));
}
void softmax(TorchContext& c) { along(c, "softmax"); }
void logSoftmax(TorchContext& c) { along(c, "log_softmax"); }

void position(TorchContext& c, std::string_view function) {
    c.give(fmt::format("torch.{}({}, dim={}{})", function, c.in(0), c.axisOf(0),
                       c.attrs().flag("keep_axis") ? ", keepdim=True" : ""));
}
void argmax(TorchContext& c) { position(c, "argmax"); }
void argmin(TorchContext& c) { position(c, "argmin"); }

void topK(TorchContext& c) {
    const std::string y = c.resultVariable(0), index = c.resultVariable(1);
    c.giveAll(fmt::format("torch.topk({}, {}, dim={}, largest={})", c.in(0), c.attrs().integer("k"),
                          c.axisOf(0), c.attrs().flag("largest") ? "True" : "False"),
              {y, index});
}

void cumsum(TorchContext& c) { along(c, "cumsum"); }
bool isPlainSum(const OpQuery& q) {
    return !q.instr.attrs.flag("exclusive") && !q.instr.attrs.flag("reverse");
}

void einsum(TorchContext& c) {
    std::vector<std::string> in;
    for (size_t k = 0; k < c.operands(); ++k) in.push_back(c.in(k));
    c.give(
        fmt::format("torch.einsum(\"{}\", {})", c.attrs().text("equation"), fmt::join(in, ", ")));
}

std::string perChannel(TorchContext& c, size_t k) {
    std::vector<int64_t> shape(static_cast<size_t>(c.shape(0).rank()) - 1, 1);
    shape.front() = -1;
    return c.shape(0).rank() < 3 ? c.in(k) : fmt::format("{}.reshape({})", c.in(k), listOf(shape));
}

void channelNormalize(TorchContext& c) {
    c.give(fmt::format("({} - {}) * {} + {}", c.in(0), perChannel(c, 1), perChannel(c, 2),
                       perChannel(c, 3)));
}

std::vector<int64_t> notChannels(TorchContext& c) {
    std::vector<int64_t> axes;
    for (int axis = 0; axis < c.shape(0).rank(); ++axis)
        if (axis != 1) axes.push_back(axis);
    return axes;
}

void channelMoments(TorchContext& c) {
    const std::string axes = listOf(notChannels(c));
    c.give(fmt::format("torch.mean({}, dim={})", c.in(0), axes), 0);
    c.give(fmt::format("torch.var({}, dim={}, correction=0)", c.in(0), axes), 1);
}

void rowNormalize(TorchContext& c) {
    const int64_t columns = c.shape(0)[1], scales = c.shape(1)[0],
                  blocks = c.attrs().integer("blocks"), ofRow = scales / blocks;
    const std::string addend = real(c.attrs().real("epsilon"));
    if (blocks == 1 && scales == columns)
        return c.give(fmt::format("F.layer_norm({}, ({},), {}, {}, {})", c.in(0), columns, c.in(1),
                                  c.in(2), epsilon));
    const std::string normal =
        fmt::format("F.layer_norm({}, ({},), eps={})", c.in(0), columns, addend);
    const auto numbers = [&](size_t k) {
        return fmt::format("{}.reshape({}, {}, 1)", c.in(k), blocks, ofRow);
    };
    c.give(fmt::format("({}.reshape(-1, {}, {}, {}) * {} + {}).reshape({})", normal, blocks, ofRow,
                       columns / ofRow, numbers(1), numbers(2), c.extents()));
}

void channelSum(TorchContext& c) {
    c.give(fmt::format("torch.sum({}, dim={})", c.in(0), listOf(notChannels(c))));
}

constexpr TorchRule rules[] = {{"abs", as<abs>},
                               {"acos", as<acos>},
                               {"acosh", as<acosh>},
                               {"asin", as<asin>},
                               {"asinh", as<asinh>},
                               {"atan", as<atan>},
                               {"atanh", as<atanh>},
                               {"ceil", as<ceil>},
                               {"cos", as<cos>},
                               {"cosh", as<cosh>},
                               {"erf", as<erf>},
                               {"exp", as<exp>},
                               {"floor", as<floor>},
                               {"log", as<log>},
                               {"neg", as<neg>},
                               {"reciprocal", as<reciprocal>},
                               {"round", as<round>},
                               {"sign", as<sign>},
                               {"sin", as<sin>},
                               {"sinh", as<sinh>},
                               {"sqrt", as<sqrt>},
                               {"tan", as<tan>},
                               {"tanh", as<tanh>},
                               {"sigmoid", as<sigmoid>},
                               {"relu", as<relu>},
                               {"relu6", as<relu6>},
                               {"silu", as<silu>},
                               {"mish", as<mish>},
                               {"selu", as<selu>},
                               {"softplus", as<softplus>},
                               {"softsign", as<softsign>},
                               {"hard_swish", as<hardSwish>},
                               {"is_nan", as<isNaN>},
                               {"bit_not", as<bitNot>},
                               {"logical_not", as<logicalNot>},
                               {"add", as<add>},
                               {"sub", as<sub>},
                               {"mul", as<mul>},
                               {"div", div},
                               {"pow", as<pow>},
                               {"max", as<max>},
                               {"min", as<min>},
                               {"equal", as<equal>},
                               {"not_equal", as<notEqual>},
                               {"greater", as<greater>},
                               {"greater_or_equal", as<greaterOrEqual>},
                               {"less", as<less>},
                               {"less_or_equal", as<lessOrEqual>},
                               {"logical_and", as<logicalAnd>},
                               {"logical_or", as<logicalOr>},
                               {"logical_xor", as<logicalXor>},
                               {"bit_and", as<bitAnd>},
                               {"bit_or", as<bitOr>},
                               {"bit_xor", as<bitXor>},
                               {"where", as<where>},
                               {"matmul", as<matmul>},
                               {"batched_matmul", as<matmul>},
                               {"linear_data", as<linearData>},
                               {"scale_by", as<scaleBy>},
                               {"row_softmax", as<rowSoftmax>},
                               {"row_log_softmax", as<rowLogSoftmax>},
                               {"row_dot", as<rowDot>},
                               {"row_scale", as<rowScale>},
                               {"row_normalize", rowNormalize},
                               {"dot", as<dot>},
                               {"identity", passedOn},
                               {"contiguous", passedOn},
                               {"drop_path", passedOn},
                               {"gaussian_noise", passedOn},
                               {"mod", mod},
                               {"scale", withField<scalePattern, factor>},
                               {"shift", withField<shiftPattern, offset>},
                               {"pow_scalar", withField<powPattern, exponent>},
                               {"elu", withField<eluPattern, alpha>},
                               {"celu", withField<celuPattern, alpha>},
                               {"leaky_relu", withField<leakyPattern, slope>},
                               {"softshrink", withField<softshrinkPattern, lambda>},
                               {"rsqrt", withField<rsqrtPattern, epsilon>},
                               {"gelu", gelu},
                               {"clamp", clamp, isReal},
                               {"hard_tanh", hardTanh},
                               {"hard_sigmoid", hardSigmoid},
                               {"threshold", threshold},
                               {"cast", cast},
                               {"reduce_sum", reduce<sum>},
                               {"reduce_mean", reduce<mean>},
                               {"reduce_max", reduce<largest>},
                               {"reduce_min", reduce<least>},
                               {"reduce_l1", reduce<l1>},
                               {"reduce_l2", reduce<l2>},
                               {"reduce_log_sum_exp", reduce<logSumExp>},
                               {"softmax", softmax},
                               {"log_softmax", logSoftmax},
                               {"argmax", argmax},
                               {"argmin", argmin},
                               {"top_k", topK},
                               {"cumsum", cumsum, isPlainSum},
                               {"einsum", einsum},
                               {"channel_normalize", channelNormalize},
                               {"channel_moments", channelMoments},
                               {"channel_sum", channelSum}};

}  // namespace

extern const TorchRules descriptor;
constinit const TorchRules descriptor = {rules};

}  // namespace vitrine::torch_export::rules::functions

// SPDX-License-Identifier: Apache-2.0
// Fully connected layer.
#include <fmt/format.h>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/bias_rules.h"
#include "core/ops/families/init_rules.h"
#include "core/ops/families/linear_rules.h"
#include "core/ops/families/tangent_sum.h"

namespace vitrine::ops::linear {

namespace {

namespace rules = vitrine::linear;

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const ValueShape &x = in[0], &weight = in[1];
    const int64_t outFeatures = attrs.integer("out_features");
    if (weight.shape[0] != outFeatures)
        return shapeError(
            fmt::format("weight needs {} output features, got {}", outFeatures, weight.shape[0]));
    VITRINE_TRY(needSize("weight", weight.shape));
    return oneResult({x.shape[0], outFeatures}, x.dtype);
}

Result<std::vector<ParamSpec>> parameters(const Attrs& attrs, std::span<const ValueShape> in) {
    const Shape weight{attrs.integer("out_features"), in[0].shape[1]};
    VITRINE_TRY(needSize("weight", weight));
    std::vector<ParamSpec> specs{{1, weight, chosenInit(attrs, weight[1], weight[0])}};
    if (attrs.flag("bias")) specs.push_back({2, {weight[0]}, {}});
    return specs;
}

// dx = dy · w,  dw = dyᵀ · x,  db = Σ_n dy.
void vjp(VjpContext& c) {
    const ValueId dy = c.outGrad[0];
    if (c.wanted[0]) c.inGrad[0] = rules::data(c.b, dy, c.in(1));
    if (c.wanted[1]) c.inGrad[1] = rules::weights(c.b, dy, c.in(0));
    if (c.instr.attrs.flag("bias") && c.wanted[2]) c.inGrad[2] = c.b.emit("channel_sum", {dy});
}

// y' = x' · wᵀ + x · w'ᵀ + b'.
void jvp(JvpContext& c) {
    TangentSum sum(c.b);
    if (c.inTangent[0] != noValue) sum.add(rules::forward(c.b, c.inTangent[0], c.in(1)));
    if (c.inTangent[1] != noValue) sum.add(rules::forward(c.b, c.in(0), c.inTangent[1]));
    c.outTangent[0] = sum.value();
    if (c.instr.attrs.flag("bias") && c.inTangent[2] != noValue)
        c.outTangent[0] =
            bias::addToChannels(c.b, sum.value(), c.inTangent[2], c.b.program().shapeOf(c.out(0)));
}

kernels::Problem problem(const OpQuery& q) {
    return kernels::Linear{.pass = kernels::LinearPass::Forward,
                           .bias = q.instr.attrs.flag("bias")};
}

double flops(const OpQuery& q) { return rules::flops(q.in[0].shape, q.out[0].shape[1]); }
constexpr PortSpec inputs[] = {{.id = "x",
                                .title = "Input",
                                .pattern = "[N, F]",
                                .help = "One row of features per image.",
                                .remedy = "put flatten before it"},
                               {.id = "weight",
                                .title = "Weight",
                                .role = PortRole::Parameter,
                                .pattern = "[O, F]",
                                .help = "One row of factors for each output feature."},
                               bias::input("[O]")};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = "[N, O]",
                                 .help = "One row of output features per image."}};
constexpr FieldSpec fields[] = {{.id = "out_features",
                                 .title = "Output features",
                                 .defaultNumber = 10,
                                 .minimum = 1,
                                 .maximum = 1 << 24,
                                 .help = "Numbers that the layer gives for each image.",
                                 .onNode = OnNode::Value},
                                bias::field,
                                initField};

constexpr OpSample samples[] = {{"out_features=4", "2x3"},
                                {"out_features=1 init=xavier_normal", "1x17"},
                                {"out_features=17 bias=false init=kaiming_normal", "3x1"},
                                {"out_features=5 bias=false init=xavier_uniform", "19x6"}};
constexpr OpErrorSample errorSamples[] = {
    {"", "2x3x4x4", "x needs shape [N, F], got [2, 3, 4, 4]: put flatten before it"},
    {"", "2x3:i64", "x needs f32 or f64, got i64"},
    {"out_features=0", "2x3", "field 'out_features' is '0', wanted a whole number from 1"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "linear",
    .title = "Linear",
    .category = "linear",
    .summary = "Fully connected layer: each output feature is a weighted sum of all inputs.",
    .formula = "y = x · wᵀ + b",
    .searchWords = "fc dense fully connected matmul gemm",
    .shortName = "fc",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .parameters = parameters,
    .vjp = vjp,
    .jvp = jvp,
    .problem = problem,
    .flops = flops,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::linear

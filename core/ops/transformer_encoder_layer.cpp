// SPDX-License-Identifier: Apache-2.0
// Layer of a transformer's encoder (Vaswani et al. 2017; with the normalisation in front Xiong et
// al. 2020), with the parameters of PyTorch's.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/attention_rules.h"
#include "core/ops/families/block_rules.h"
#include "core/ops/families/init_rules.h"
#include "core/ops/families/random_rules.h"

namespace vitrine::ops::transformer_encoder_layer {

namespace {

namespace rules = vitrine::attention;

enum Input {
    X,
    Mask,
    InWeight,
    InBias,
    OutWeight,
    OutBias,
    WidenWeight,
    WidenBias,
    NarrowWeight,
    NarrowBias,
    Scale1,
    Shift1,
    Scale2,
    Shift2
};

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Shape& x = in[X].shape;
    VITRINE_TRY(rules::needHeads("x", x[2], attrs.integer("heads")));
    VITRINE_TRY(rules::needMask(in[Mask], {x[0], attrs.integer("heads"), x[1], x[1]}));
    return std::vector{in[X]};
}

Result<std::vector<ParamSpec>> parameters(const Attrs& attrs, std::span<const ValueShape> in) {
    const int64_t f = in[X].shape[2], wide = attrs.integer("feedforward");
    VITRINE_TRY(needSize("in_weight", {3 * f, f}));
    const Init ones{InitKind::Ones};
    return std::vector<ParamSpec>{{InWeight, {3 * f, f}, chosenInit(attrs, f, 3 * f)},
                                  {InBias, {3 * f}, {}},
                                  {OutWeight, {f, f}, chosenInit(attrs, f, f)},
                                  {OutBias, {f}, {}},
                                  {WidenWeight, {wide, f}, chosenInit(attrs, f, wide)},
                                  {WidenBias, {wide}, {}},
                                  {NarrowWeight, {f, wide}, chosenInit(attrs, wide, f)},
                                  {NarrowBias, {f}, {}},
                                  {Scale1, {f}, ones},
                                  {Shift1, {f}, {}},
                                  {Scale2, {f}, ones},
                                  {Shift2, {f}, {}}};
}

ValueId attended(Builder& b, const Attrs& attrs, std::span<const ValueId> in, ValueId x) {
    const rules::Projections projections{in[InWeight], in[InBias], in[OutWeight], in[OutBias]};
    const double dropout = attrs.real("dropout");
    const ValueId y = rules::attendProjected(b, x, x, x, projections,
                                             {.heads = attrs.integer("heads"),
                                              .isCausal = attrs.flag("causal"),
                                              .dropout = dropout,
                                              .mask = in[Mask]});
    return random::dropInTraining(b, y, dropout, "attended");
}

ValueId fedForward(Builder& b, const Attrs& attrs, std::span<const ValueId> in, ValueId x) {
    const double dropout = attrs.real("dropout");
    const ValueId wide =
        b.emit(attrs.text("activation"), {block::linear(b, x, in[WidenWeight], in[WidenBias])});
    const ValueId y = block::linear(b, random::dropInTraining(b, wide, dropout, "middle"),
                                    in[NarrowWeight], in[NarrowBias]);
    return random::dropInTraining(b, y, dropout, "forward");
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const auto norm = [&](ValueId x, Input scale, Input shift) {
        return block::layerNorm(b, x, in[scale], in[shift], attrs.real("epsilon"));
    };
    if (attrs.flag("norm_first")) {
        const ValueId x = b.add(in[X], attended(b, attrs, in, norm(in[X], Scale1, Shift1)));
        return {b.add(x, fedForward(b, attrs, in, norm(x, Scale2, Shift2)))};
    }
    const ValueId x = norm(b.add(in[X], attended(b, attrs, in, in[X])), Scale1, Shift1);
    return {norm(b.add(x, fedForward(b, attrs, in, x)), Scale2, Shift2)};
}

constexpr PortSpec withoutCondition(PortSpec port) {
    port.onlyIf = {};
    return port;
}
constexpr PortSpec inputs[] = {
    {.id = "x", .title = "Input", .pattern = "[N, T, F]", .help = "Rows of features, by place."},
    rules::maskInput,
    rules::inWeightInput,
    withoutCondition(rules::inBiasInput),
    rules::outWeightInput,
    withoutCondition(rules::outBiasInput),
    block::parameter("linear1_weight", "Widening weight", "[M, F]",
                     "One row of factors for each feature in the middle."),
    block::parameter("linear1_bias", "Widening bias", "[M]",
                     "Number added to each feature in the middle; starts at zero."),
    block::parameter("linear2_weight", "Narrowing weight", "[F, M]",
                     "One row of factors for each feature of the result."),
    block::parameter("linear2_bias", "Narrowing bias", "[F]",
                     "Number added to each feature of the result; starts at zero."),
    block::parameter("norm1_weight", "First scale", "[F]",
                     "Factor of each feature after the first normalisation; starts at one."),
    block::parameter("norm1_bias", "First shift", "[F]",
                     "Number added after the first normalisation; starts at zero."),
    block::parameter("norm2_weight", "Second scale", "[F]",
                     "Factor of each feature after the second normalisation; starts at one."),
    block::parameter("norm2_bias", "Second shift", "[F]",
                     "Number added after the second normalisation; starts at zero.")};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = "[N, T, F]",
                                 .help = "Result, shaped like the input."}};
constexpr std::string_view activations[] = {"gelu", "relu"};
constexpr FieldSpec fields[] = {
    rules::headsField,
    {.id = "feedforward",
     .title = "Middle features",
     .defaultNumber = 256,
     .minimum = 1,
     .maximum = 1 << 20,
     .help = "Features between the two layers behind the attention; four times the input's are "
             "usual.",
     .onNode = OnNode::Value},
    {.id = "norm_first",
     .title = "Normalises first",
     .type = FieldType::Bool,
     .defaultNumber = 1,
     .help = "Whether the normalisations stand before the branches, or behind the sums."},
    {.id = "activation",
     .title = "Activation",
     .type = FieldType::Choice,
     .defaultText = "gelu",
     .help = "What stands between the two layers behind the attention.",
     .choices = activations},
    rules::causalField,
    rules::dropoutField,
    block::epsilonField(1e-5),
    initField};

constexpr OpSample samples[] = {{"feedforward=3", "2x2x2 -"},
                                {"heads=2 feedforward=2 norm_first=false", "1x3x4 -"},
                                {"feedforward=2 activation=relu causal=true dropout=0.25",
                                 "2x3x2 "
                                 "3x3"}};
constexpr OpErrorSample errorSamples[] = {
    {"heads=3", "2x3x4 -", "4 features of x do not divide into 3 heads"},
    {"", "2x3x4 2x4", "mask [2, 4] does not repeat to the scores [2, 1, 3, 3]"},
    {"", "2x3 -", "x needs shape [N, T, F], got [2, 3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "transformer_encoder_layer",
    .title = "Transformer encoder layer",
    .category = "linear",
    .summary = "Lets places attend to each other, then passes each through two layers.",
    .formula = "x' = x + attention(norm₁(x));  y = x' + narrow · act(widen · norm₂(x'))",
    .searchWords = "vit block self attention feedforward mlp",
    .shortName = "encoder",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .parameters = parameters,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::transformer_encoder_layer

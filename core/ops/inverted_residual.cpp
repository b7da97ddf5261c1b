// SPDX-License-Identifier: Apache-2.0
// Inverted residual block (Sandler et al. 2018; with squeeze and excitation and other activations
// Howard et al. 2019, Tan and Le 2019): wide in the middle, narrow at both ends.
#include <fmt/format.h>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/block_rules.h"
#include "core/ops/families/init_rules.h"
#include "core/ops/families/random_rules.h"

namespace vitrine::ops::inverted_residual {

namespace {

enum Input {
    X,
    Expand,
    ExpandNorm,
    Depth = ExpandNorm + 4,
    DepthNorm,
    SqueezeWeight = DepthNorm + 4,
    SqueezeBias,
    ExciteWeight,
    ExciteBias,
    Project,
    ProjectNorm
};

int64_t middleOf(const Attrs& attrs, const Shape& x) {
    return attrs.flag("expand") ? attrs.integer("middle_channels") : x[1];
}

void addNorm(std::vector<ParamSpec>& specs, int first, int64_t channels) {
    const Shape perChannel{channels};
    specs.push_back({first, perChannel, {InitKind::Ones}});
    specs.push_back({first + 1, perChannel, {}});
    specs.push_back({first + 2, perChannel, {}});
    specs.push_back({first + 3, perChannel, {InitKind::Ones}});
}

Result<std::vector<ParamSpec>> parameters(const Attrs& attrs, std::span<const ValueShape> in) {
    const int64_t channels = in[X].shape[1], middle = middleOf(attrs, in[X].shape),
                  out = attrs.integer("out_channels"), kernel = attrs.integer("kernel"),
                  squeezed = attrs.integer("squeeze_channels");
    std::vector<ParamSpec> specs;
    if (attrs.flag("expand")) {
        specs.push_back({Expand, {middle, channels, 1, 1}, chosenInit(attrs, channels, middle)});
        addNorm(specs, ExpandNorm, middle);
    }
    const int64_t taps = kernel * kernel;
    specs.push_back({Depth, {middle, 1, kernel, kernel}, chosenInit(attrs, taps, middle * taps)});
    addNorm(specs, DepthNorm, middle);
    if (attrs.flag("squeeze")) {
        specs.push_back(
            {SqueezeWeight, {squeezed, middle, 1, 1}, chosenInit(attrs, middle, squeezed)});
        specs.push_back({SqueezeBias, {squeezed}, {}});
        specs.push_back(
            {ExciteWeight, {middle, squeezed, 1, 1}, chosenInit(attrs, squeezed, middle)});
        specs.push_back({ExciteBias, {middle}, {}});
    }
    specs.push_back({Project, {out, middle, 1, 1}, chosenInit(attrs, middle, out)});
    addNorm(specs, ProjectNorm, out);
    return specs;
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const int64_t stride = attrs.integer("stride"), kernel = attrs.integer("kernel");
    if (kernel % 2 == 0)
        return shapeError(fmt::format("kernel {} has no middle: it must be odd", kernel));
    Shape y = in[X].shape;
    y[1] = attrs.integer("out_channels");
    for (int axis = 2; axis < 4; ++axis) y[axis] = (y[axis] + stride - 1) / stride;
    return oneResult(y, in[X].dtype);
}

ValueId normalize(Builder& b, const Attrs& attrs, ValueId x, std::span<const ValueId> state) {
    Attrs norm = b.attrs("batch_norm2d");
    norm.with("eps", attrs.real("eps")).with("momentum", attrs.real("momentum"));
    return b.emit("batch_norm2d", norm, {x, state[0], state[1], state[2], state[3], noValue});
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const std::string& activation = attrs.text("activation");
    const int64_t stride = attrs.integer("stride");
    ValueId x = in[X];
    if (attrs.flag("expand")) {
        x = normalize(b, attrs, block::conv2d(b, x, in[Expand], noValue), in.subspan(ExpandNorm));
        x = b.emit(activation, {x});
    }
    x = block::conv2d(
        b, x, in[Depth], noValue,
        {.stride = stride, .padding = (attrs.integer("kernel") - 1) / 2, .groups = b.shape(x)[1]});
    x = b.emit(activation, {normalize(b, attrs, x, in.subspan(DepthNorm))});
    if (attrs.flag("squeeze"))
        x = block::excite(b, x,
                          {.squeezeWeight = in[SqueezeWeight],
                           .squeezeBias = in[SqueezeBias],
                           .exciteWeight = in[ExciteWeight],
                           .exciteBias = in[ExciteBias],
                           .activation = attrs.text("squeeze_activation"),
                           .gate = attrs.text("gate")});
    x = normalize(b, attrs, block::conv2d(b, x, in[Project], noValue), in.subspan(ProjectNorm));
    if (stride > 1 || b.shape(x) != b.shape(in[X])) return {x};
    return {b.add(random::dropWholes(b, x, 1, attrs.real("drop_path")), in[X])};
}

constexpr PortSpec inputs[] = {
    {.id = "x", .title = "Input", .pattern = "[N, C, H, W]", .help = "Images."},
    block::parameter("expand_weight", "Expanding weight", "[M, C, 1, 1]",
                     "What each channel in the middle takes of the input's.", "expand"),
    block::parameter("expand_scale", "Expanding scale", "[M]",
                     "Factor of each channel after the first normalisation.", "expand"),
    block::parameter("expand_shift", "Expanding shift", "[M]",
                     "Number added to each channel after the first normalisation.", "expand"),
    block::statistic("expand_mean", "Expanding mean", "[M]",
                     "Moving average of the batches' means, first normalisation.", "expand"),
    block::statistic("expand_var", "Expanding variance", "[M]",
                     "Moving average of the batches' variances, first normalisation.", "expand"),
    block::parameter("depth_weight", "Depthwise weight", "[M, 1, R, R]",
                     "One filter for each channel in the middle."),
    block::parameter("depth_scale", "Depthwise scale", "[M]",
                     "Factor of each channel after the second normalisation."),
    block::parameter("depth_shift", "Depthwise shift", "[M]",
                     "Number added to each channel after the second normalisation."),
    block::statistic("depth_mean", "Depthwise mean", "[M]",
                     "Moving average of the batches' means, second normalisation."),
    block::statistic("depth_var", "Depthwise variance", "[M]",
                     "Moving average of the batches' variances, second normalisation."),
    block::parameter("squeeze_weight", "Squeezing weight", "[S, M, 1, 1]",
                     "What each squeezed channel takes of the channels' means.", "squeeze"),
    block::parameter("squeeze_bias", "Squeezing bias", "[S]",
                     "Number that is added to each squeezed channel.", "squeeze"),
    block::parameter("excite_weight", "Exciting weight", "[M, S, 1, 1]",
                     "What each channel's gate takes of the squeezed channels.", "squeeze"),
    block::parameter("excite_bias", "Exciting bias", "[M]",
                     "Number that is added to each channel's gate.", "squeeze"),
    block::parameter("project_weight", "Projecting weight", "[K, M, 1, 1]",
                     "What each output channel takes of those in the middle."),
    block::parameter("project_scale", "Projecting scale", "[K]",
                     "Factor of each channel after the last normalisation."),
    block::parameter("project_shift", "Projecting shift", "[K]",
                     "Number added to each channel after the last normalisation."),
    block::statistic("project_mean", "Projecting mean", "[K]",
                     "Moving average of the batches' means, last normalisation."),
    block::statistic("project_var", "Projecting variance", "[K]",
                     "Moving average of the batches' variances, last normalisation.")};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = "[N, K, H', W']",
                                 .help = "As many channels as the field says."}};

constexpr std::string_view activations[] = {"relu6", "relu", "hard_swish", "silu"};
constexpr std::string_view innerActivations[] = {"relu", "silu"};
constexpr std::string_view gates[] = {"hard_sigmoid", "sigmoid"};
constexpr FieldSpec countField(std::string_view id, std::string_view title, double standard,
                               double most, std::string_view help, OnNode onNode) {
    return {.id = id,
            .title = title,
            .defaultNumber = standard,
            .minimum = 1,
            .maximum = most,
            .help = help,
            .onNode = onNode};
}
constexpr FieldSpec choiceField(std::string_view id, std::string_view title,
                                std::span<const std::string_view> choices, std::string_view help) {
    return {.id = id,
            .title = title,
            .type = FieldType::Choice,
            .defaultText = choices.front(),
            .help = help,
            .choices = choices};
}
constexpr FieldSpec flagField(std::string_view id, std::string_view title, double standard,
                              std::string_view help) {
    return {
        .id = id, .title = title, .type = FieldType::Bool, .defaultNumber = standard, .help = help};
}
constexpr FieldSpec realField(std::string_view id, std::string_view title, double standard,
                              double most, std::string_view help) {
    return {.id = id,
            .title = title,
            .type = FieldType::Real,
            .defaultNumber = standard,
            .minimum = 0,
            .maximum = most,
            .help = help};
}
constexpr FieldSpec fields[] = {
    countField("out_channels", "Output channels", 16, 65536, "Channels of the result.",
               OnNode::Value),
    countField("middle_channels", "Middle channels", 96, 65536,
               "Channels of the depthwise convolution; six times the input's are usual.",
               OnNode::Count),
    countField("kernel", "Kernel", 3, 31, "Extent of the depthwise filters; odd.", OnNode::Named),
    countField("stride", "Stride", 1, 64, "Steps of the depthwise filters.", OnNode::Named),
    flagField("expand", "Expands", 1,
              "Whether a layer makes the middle channels; without it they are the input's."),
    choiceField("activation", "Activation", activations,
                "What stands behind the first two normalisations."),
    flagField("squeeze", "Squeezes", 0, "Whether the middle channels are weighed by their means."),
    countField("squeeze_channels", "Squeezed channels", 24, 65536,
               "Channels between the two layers that weigh.", OnNode::Nowhere),
    choiceField("squeeze_activation", "Squeezed activation", innerActivations,
                "What stands between the two layers that weigh."),
    choiceField("gate", "Gate", gates, "What makes factors of what weighs."),
    realField("momentum", "Momentum", 0.1, 1,
              "Share of the newest batch in the running means and variances."),
    realField("eps", "Epsilon", 1e-5, 1, "Added to the variances of the normalisations."),
    realField("drop_path", "Drop path", 0, 0.999,
              "Share of the images that lose the branch in training, where input and result have "
              "one shape."),
    initField};

constexpr OpSample samples[] = {
    {"out_channels=2 middle_channels=4 activation=silu", "2x2x3x3"},
    {"out_channels=3 middle_channels=4 stride=2", "2x2x4x3"},
    {"out_channels=2 middle_channels=3 squeeze=true squeeze_channels=2 activation=hard_swish "
     "eps=0.001",
     "2x2x3x2"},
    {"out_channels=2 expand=false squeeze=true squeeze_channels=1 gate=sigmoid "
     "squeeze_activation=silu activation=silu kernel=1 drop_path=0.5",
     "3x2x2x2"}};
constexpr OpErrorSample errorSamples[] = {
    {"kernel=4", "2x3x4x4", "kernel 4 has no middle: it must be odd"},
    {"", "2x3", "x needs shape [N, C, H, W], got [2, 3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "inverted_residual",
    .title = "Inverted residual block",
    .category = "convolution",
    .summary = "Widens the channels, filters each by itself, and narrows them again.",
    .formula = "y = [x +] norm(project ∗ excite(act(norm(depth ∗ act(norm(expand ∗ x))))))",
    .searchWords = "mobilenet mbconv efficientnet bottleneck depthwise",
    .shortName = "block",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .parameters = parameters,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::inverted_residual

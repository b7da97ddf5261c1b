// SPDX-License-Identifier: Apache-2.0
// Squeeze and excitation (Hu, Shen and Sun 2018): channels are weighed by what the whole image
// says.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/block_rules.h"
#include "core/ops/families/init_rules.h"

namespace vitrine::ops::squeeze_excite {

namespace {

Result<std::vector<ParamSpec>> parameters(const Attrs& attrs, std::span<const ValueShape> in) {
    const int64_t channels = in[0].shape[1], squeezed = attrs.integer("squeeze_channels");
    return std::vector<ParamSpec>{
        {1, {squeezed, channels, 1, 1}, chosenInit(attrs, channels, squeezed)},
        {2, {squeezed}, {}},
        {3, {channels, squeezed, 1, 1}, chosenInit(attrs, squeezed, channels)},
        {4, {channels}, {}}};
}

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector{in[0]};
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    return {block::excite(b, in[0],
                          {.squeezeWeight = in[1],
                           .squeezeBias = in[2],
                           .exciteWeight = in[3],
                           .exciteBias = in[4],
                           .activation = attrs.text("activation"),
                           .gate = attrs.text("gate")})};
}

constexpr PortSpec inputs[] = {
    {.id = "x", .title = "Input", .pattern = "[N, C, H, W]", .help = "Images."},
    block::parameter("squeeze_weight", "Squeezing weight", "[S, C, 1, 1]",
                     "What each squeezed channel takes of the channels' means."),
    block::parameter("squeeze_bias", "Squeezing bias", "[S]",
                     "Number that is added to each squeezed channel; starts at zero."),
    block::parameter("excite_weight", "Exciting weight", "[C, S, 1, 1]",
                     "What each channel's gate takes of the squeezed channels."),
    block::parameter("excite_bias", "Exciting bias", "[C]",
                     "Number that is added to each channel's gate; starts at zero.")};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = "[N, C, H, W]",
                                 .help = "The images with their channels weighed."}};
constexpr std::string_view activations[] = {"relu", "silu"};
constexpr std::string_view gates[] = {"sigmoid", "hard_sigmoid"};
constexpr FieldSpec fields[] = {{.id = "squeeze_channels",
                                 .title = "Squeezed channels",
                                 .defaultNumber = 4,
                                 .minimum = 1,
                                 .maximum = 65536,
                                 .help = "Channels between the two layers; a fourth or a sixteenth "
                                         "of the input's are usual.",
                                 .onNode = OnNode::Value},
                                {.id = "activation",
                                 .title = "Activation",
                                 .type = FieldType::Choice,
                                 .defaultText = "relu",
                                 .help = "What stands between the two layers.",
                                 .choices = activations},
                                {.id = "gate",
                                 .title = "Gate",
                                 .type = FieldType::Choice,
                                 .defaultText = "sigmoid",
                                 .help = "What makes factors of the second layer's result.",
                                 .choices = gates},
                                initField};

constexpr OpSample samples[] = {{"squeeze_channels=2", "2x3x2x3"},
                                {"squeeze_channels=3 activation=silu", "1x4x3x1"},
                                {"squeeze_channels=1 gate=hard_sigmoid", "2x5x1x2"}};
constexpr OpErrorSample errorSamples[] = {
    {"", "2x3", "x needs shape [N, C, H, W], got [2, 3]"},
    {"squeeze_channels=0", "2x3x2x2", "field 'squeeze_channels' is '0', wanted a whole number"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "squeeze_excite",
    .title = "Squeeze and excitation",
    .category = "convolution",
    .summary = "Weighs channels by what the whole image says.",
    .formula = "y = x · gate(excite ∗ activation(squeeze ∗ mean(x)))",
    .searchWords = "se senet channel attention mobilenet efficientnet",
    .shortName = "se",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .parameters = parameters,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::squeeze_excite

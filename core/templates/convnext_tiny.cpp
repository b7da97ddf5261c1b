// SPDX-License-Identifier: Apache-2.0
// ConvNeXt-T: a convolutional network in the proportions of a transformer.
#include "core/templates/parts/fields.h"
#include "core/templates/template.h"

namespace vitrine::templates::convnext_tiny {

namespace {

constexpr FieldSpec fields[] = {channelsField(3), heightField(224, 32), widthField(224, 32),
                                classesField(1000), multiplierField};

constexpr int blocks[] = {3, 3, 9, 3};
constexpr int blockCount = 18;
constexpr double epsilon = 1e-6;

Result<Graph> build(const Attrs& attrs) {
    const double factor = attrs.real("width_multiplier");
    Network net;
    Feature x =
        net.conv2d("stem_conv", images(net, attrs), scaled(96, factor), {.kernel = 4, .stride = 4});
    x = net.channelNorm("stem_norm", x, epsilon);
    int number = 0;
    for (size_t stage = 0; stage < 4; ++stage) {
        if (stage > 0) {
            const std::string name = fmt::format("down{}", stage);
            x = net.channelNorm(name + "_norm", x, epsilon);
            x = net.conv2d(name + "_conv", x, scaled(int64_t{96} << stage, factor),
                           {.kernel = 2, .stride = 2});
        }
        for (int i = 1; i <= blocks[stage]; ++i, ++number)
            x = net.add(fmt::format("stage{}_{}", stage + 1, i), "convnext_block", {x},
                        {{"drop_path", 0.1 * number / (blockCount - 1)}});
    }
    x = net.meanOfChannels("avgpool", x);
    x = net.add("head_norm", "layer_norm", {x}, {{"axes", 1}, {"epsilon", epsilon}});
    return classified(std::move(net), net.linear("fc", x, attrs.integer("classes")), attrs);
}

}  // namespace

extern const TemplateDescriptor descriptor;
constinit const TemplateDescriptor descriptor = {
    .id = "convnext_tiny",
    .title = "ConvNeXt-T",
    .summary = "Large windows for each channel by itself, in the proportions of a transformer.",
    .source = "Liu et al. 2022, A ConvNet for the 2020s",
    .searchWords = "convnext depthwise layer norm gelu imagenet",
    .fields = fields,
    .training = {.optimizer = "adamw", .learningRate = 0.001},
    .build = build,
};

}  // namespace vitrine::templates::convnext_tiny

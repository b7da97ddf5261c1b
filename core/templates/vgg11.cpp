// SPDX-License-Identifier: Apache-2.0
// VGG: small windows in long rows, with pooling between them.
#include "core/templates/parts/fields.h"
#include "core/templates/template.h"

namespace vitrine::templates::vgg11 {

namespace {

constexpr std::string_view depths[] = {"11", "13", "16", "19"};
constexpr FieldSpec fields[] = {
    channelsField(3),
    heightField(224, 32),
    widthField(224, 32),
    classesField(1000),
    multiplierField,
    variantField("depth", "Depth", depths, "Layers with weights."),
    {.id = "batch_norm",
     .title = "Batch normalisation",
     .type = FieldType::Bool,
     .help = "Behind every convolution, which the paper did not have yet."}};

/// Convolutions of each of the five stages.
std::vector<int> convolutions(const std::string& depth) {
    if (depth == "11") return {1, 1, 2, 2, 2};
    if (depth == "13") return {2, 2, 2, 2, 2};
    if (depth == "16") return {2, 2, 3, 3, 3};
    return {2, 2, 4, 4, 4};
}

Feature convolution(Network& net, const std::string& number, Feature x, int64_t channels,
                    bool isNormalised) {
    x = net.conv2d("conv" + number, x, channels, {.padding = 1});
    if (isNormalised) x = net.batchNorm("bn" + number, x);
    return net.add("relu" + number, "relu", {x});
}

Result<Graph> build(const Attrs& attrs) {
    const auto width = [&](int64_t count) { return scaled(count, attrs.real("width_multiplier")); };
    Network net;
    Feature x = images(net, attrs);
    const std::vector<int> counts = convolutions(attrs.text("depth"));
    for (size_t stage = 0; stage < counts.size(); ++stage) {
        const int64_t channels = width(std::min<int64_t>(64 << stage, 512));
        for (int i = 0; i < counts[stage]; ++i)
            x = convolution(net, fmt::format("{}_{}", stage + 1, i + 1), x, channels,
                            attrs.flag("batch_norm"));
        x = net.maxPool(fmt::format("pool{}", stage + 1), x);
    }
    x = net.add("avgpool", "adaptive_avg_pool", {x}, {{"size", std::vector<int64_t>{7, 7}}});
    x = net.add("flatten", "flatten", {x});
    for (const std::string number : {"1", "2"}) {
        x = net.add("fc_relu" + number, "relu", {net.linear("fc" + number, x, width(4096))});
        x = net.dropout("dropout" + number, x, 0.5);
    }
    return classified(std::move(net), net.linear("fc3", x, attrs.integer("classes")), attrs);
}

}  // namespace

extern const TemplateDescriptor descriptor;
constinit const TemplateDescriptor descriptor = {
    .id = "vgg11",
    .title = "VGG-11",
    .summary = "Windows of 3 × 3 only, eight of them in a row, and three wide layers of rows.",
    .source =
        "Simonyan, Zisserman 2014, Very deep convolutional networks for large-scale image "
        "recognition",
    .searchWords = "vgg13 vgg16 vgg19 imagenet",
    .fields = fields,
    .training = {.learningRate = 0.01},
    .build = build,
};

}  // namespace vitrine::templates::vgg11

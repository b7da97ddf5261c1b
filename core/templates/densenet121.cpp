// SPDX-License-Identifier: Apache-2.0
// DenseNet: every layer sees what all layers before it in its block have made.
#include "core/templates/parts/fields.h"
#include "core/templates/template.h"

namespace vitrine::templates::densenet121 {

namespace {

constexpr std::string_view depths[] = {"121", "169", "201"};
constexpr FieldSpec fields[] = {
    channelsField(3),    heightField(224, 29),
    widthField(224, 29), classesField(1000),
    multiplierField,     variantField("depth", "Depth", depths, "Layers with weights.")};

std::vector<int> layersOfBlocks(const std::string& depth) {
    if (depth == "121") return {6, 12, 24, 16};
    if (depth == "169") return {6, 12, 32, 32};
    return {6, 12, 48, 32};
}

/// bn, relu, conv.
Feature layer(Network& net, const std::string& name, Feature x, int64_t channels, Conv conv) {
    conv.bias = false;
    x = net.add(name + "_relu", "relu", {net.batchNorm(name + "_bn", x)});
    return net.conv2d(name + "_conv", x, channels, conv);
}

Feature denseBlock(Network& net, const std::string& name, Feature x, int layers, int64_t growth) {
    for (int i = 1; i <= layers; ++i) {
        const std::string number = fmt::format("{}_{}", name, i);
        const Feature y = layer(net, number + "_narrow", x, 4 * growth, {.kernel = 1});
        const Feature grown = layer(net, number + "_grow", y, growth, {.padding = 1});
        x = net.concat(number + "_concat", {x, grown});
    }
    return x;
}

Result<Graph> build(const Attrs& attrs) {
    const double factor = attrs.real("width_multiplier");
    Network net;
    Feature x = net.conv2d("stem_conv", images(net, attrs), scaled(64, factor),
                           {.kernel = 7, .stride = 2, .padding = 3, .bias = false});
    x = net.add("stem_relu", "relu", {net.batchNorm("stem_bn", x)});
    x = net.maxPool("maxpool", x, {.kernel = 3, .stride = 2, .padding = 1});
    const std::vector<int> layers = layersOfBlocks(attrs.text("depth"));
    for (size_t block = 0; block < layers.size(); ++block) {
        x = denseBlock(net, fmt::format("block{}", block + 1), x, layers[block],
                       scaled(32, factor));
        if (block + 1 == layers.size()) break;
        const std::string name = fmt::format("transition{}", block + 1);
        x = layer(net, name, x, std::max<int64_t>(1, x.channels / 2), {.kernel = 1});
        x = net.avgPool(name + "_pool", x);
    }
    x = net.add("last_relu", "relu", {net.batchNorm("last_bn", x)});
    x = net.meanOfChannels("avgpool", x);
    return classified(std::move(net), net.linear("fc", x, attrs.integer("classes")), attrs);
}

}  // namespace

extern const TemplateDescriptor descriptor;
constinit const TemplateDescriptor descriptor = {
    .id = "densenet121",
    .title = "DenseNet-121",
    .summary = "Four blocks in which every layer sees what all layers before it have made.",
    .source = "Huang et al. 2016, Densely connected convolutional networks",
    .searchWords = "densenet169 densenet201 imagenet concatenate",
    .fields = fields,
    .build = build,
};

}  // namespace vitrine::templates::densenet121

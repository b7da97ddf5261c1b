// SPDX-License-Identifier: Apache-2.0
// GoogLeNet, or the first of its Inception blocks: several windows side by side. As torchvision
// has it: batch normalisation, 3 × 3 where the paper has 5 × 5, and no auxiliary classifiers.
#include "core/templates/parts/fields.h"
#include "core/templates/template.h"

namespace vitrine::templates::inception {

namespace {

constexpr FieldSpec fields[] = {channelsField(3),
                                heightField(224, 31),
                                widthField(224, 31),
                                classesField(1000),
                                multiplierField,
                                countField("blocks", "Inception blocks", 9, 1, 9,
                                           "9 are all of GoogLeNet; 1 shows what a block is.")};

struct Block {
    std::string_view name;
    /// 1 × 1; narrowed and 3 × 3; narrowed and 3 × 3; behind the pooling.
    int64_t one, narrowThree, three, narrowFive, five, pooled;
    int64_t pool = 0;  ///< window of the pooling behind it, 0 for none
};
constexpr Block blocks[] = {
    {"3a", 64, 96, 128, 16, 32, 32},        {"3b", 128, 128, 192, 32, 96, 64, 3},
    {"4a", 192, 96, 208, 16, 48, 64},       {"4b", 160, 112, 224, 24, 64, 64},
    {"4c", 128, 128, 256, 24, 64, 64},      {"4d", 112, 144, 288, 32, 64, 64},
    {"4e", 256, 160, 320, 32, 128, 128, 2}, {"5a", 256, 160, 320, 32, 128, 128},
    {"5b", 384, 192, 384, 48, 128, 128}};

Feature conv(Network& net, const std::string& name, const Feature& x, int64_t channels,
             Conv window) {
    window.bias = false;
    const Feature y = net.conv2d(name + "_conv", x, channels, window);
    return net.add(name + "_relu", "relu", {net.batchNorm(name + "_bn", y, {.eps = 1e-3})});
}

Feature inceptionBlock(Network& net, const Block& block, const Feature& x, double factor) {
    const auto width = [&](int64_t count) { return scaled(count, factor); };
    const std::string name = fmt::format("inception{}", block.name);
    const Feature one = conv(net, name + "_1", x, width(block.one), {.kernel = 1});
    Feature three = conv(net, name + "_2_narrow", x, width(block.narrowThree), {.kernel = 1});
    three = conv(net, name + "_2", three, width(block.three), {.padding = 1});
    Feature five = conv(net, name + "_3_narrow", x, width(block.narrowFive), {.kernel = 1});
    five = conv(net, name + "_3", five, width(block.five), {.padding = 1});
    Feature pooled = net.maxPool(name + "_4_pool", x, {.kernel = 3, .stride = 1, .padding = 1});
    pooled = conv(net, name + "_4", pooled, width(block.pooled), {.kernel = 1});
    return net.concat(name, {one, three, five, pooled});
}

Result<Graph> build(const Attrs& attrs) {
    const double factor = attrs.real("width_multiplier");
    constexpr Pool halved = {.kernel = 3, .stride = 2, .ceil = true};
    Network net;
    Feature x = conv(net, "stem1", images(net, attrs), scaled(64, factor),
                     {.kernel = 7, .stride = 2, .padding = 3});
    x = net.maxPool("pool1", x, halved);
    x = conv(net, "stem2", x, scaled(64, factor), {.kernel = 1});
    x = conv(net, "stem3", x, scaled(192, factor), {.padding = 1});
    x = net.maxPool("pool2", x, halved);
    for (const Block& block :
         std::span(blocks).first(static_cast<size_t>(attrs.integer("blocks")))) {
        x = inceptionBlock(net, block, x, factor);
        if (block.pool > 0)
            x = net.maxPool(fmt::format("pool{}", block.name), x,
                            {.kernel = block.pool, .stride = 2, .ceil = true});
    }
    x = net.dropout("dropout", net.meanOfChannels("avgpool", x), 0.2);
    return classified(std::move(net), net.linear("fc", x, attrs.integer("classes")), attrs);
}

}  // namespace

extern const TemplateDescriptor descriptor;
constinit const TemplateDescriptor descriptor = {
    .id = "inception",
    .title = "GoogLeNet (Inception blocks)",
    .summary = "Blocks that look through several windows side by side.",
    .source = "Szegedy et al. 2014, Going deeper with convolutions",
    .searchWords = "googlenet branches imagenet",
    .fields = fields,
    .build = build,
};

}  // namespace vitrine::templates::inception

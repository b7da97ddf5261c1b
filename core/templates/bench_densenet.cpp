// SPDX-License-Identifier: Apache-2.0
// Three dense blocks of six layers for small images, as the benchmarks measure them.
#include "core/templates/parts/fields.h"
#include "core/templates/template.h"

namespace vitrine::templates::bench_densenet {

namespace {

constexpr FieldSpec fields[] = {channelsField(3), heightField(32, 4), widthField(32, 4),
                                classesField(10), multiplierField};

/// bn, relu, conv.
Feature layer(Network& net, const std::string& name, const Feature& x, int64_t channels,
              Conv conv) {
    conv.bias = false;
    const Feature y = net.add(name + "_relu", "relu", {net.batchNorm(name + "_bn", x)});
    return net.conv2d(name + "_conv", y, channels, conv);
}

Result<Graph> build(const Attrs& attrs) {
    const auto width = [&](int64_t count) { return scaled(count, attrs.real("width_multiplier")); };
    Network net;
    const int64_t growth = width(12);
    Feature x = net.conv2d("stem", images(net, attrs), 2 * growth, {.padding = 1, .bias = false});
    for (int block = 1; block <= 3; ++block) {
        for (int i = 1; i <= 6; ++i) {
            const std::string name = fmt::format("block{}_{}", block, i);
            const Feature grown = layer(net, name, x, growth, {.padding = 1});
            x = net.concat(name + "_concat", {x, grown});
        }
        if (block == 3) break;
        const std::string name = fmt::format("transition{}", block);
        x = net.avgPool(name + "_pool", layer(net, name, x, x.channels / 2, {.kernel = 1}));
    }
    x = net.add("last_relu", "relu", {net.batchNorm("last_bn", x)});
    x = net.meanOfChannels("avgpool", x);
    return classified(std::move(net), net.linear("fc", x, attrs.integer("classes")), attrs);
}

}  // namespace

extern const TemplateDescriptor descriptor;
constinit const TemplateDescriptor descriptor = {
    .id = "bench_densenet",
    .title = "DenseNet-small (benchmark)",
    .summary = "Three dense blocks of six layers for small images, as the benchmarks measure them.",
    .source = "Vitrine's own benchmarks",
    .searchWords = "benchmark small",
    .fields = fields,
    .training = {.learningRate = 0.01},
    .build = build,
};

}  // namespace vitrine::templates::bench_densenet

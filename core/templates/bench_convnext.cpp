// SPDX-License-Identifier: Apache-2.0
// Two stages of three ConvNeXt blocks for small images, as the benchmarks measure them.
#include "core/templates/parts/fields.h"
#include "core/templates/template.h"

namespace vitrine::templates::bench_convnext {

namespace {

constexpr FieldSpec fields[] = {channelsField(3), heightField(32, 4), widthField(32, 4),
                                classesField(10), multiplierField};

constexpr double epsilon = 1e-5;

Feature stage(Network& net, int number, Feature x) {
    for (int i = 1; i <= 3; ++i)
        x = net.add(fmt::format("stage{}_{}", number, i), "convnext_block", {x},
                    {{"layer_scale", false}, {"epsilon", epsilon}});
    return x;
}

Result<Graph> build(const Attrs& attrs) {
    const auto width = [&](int64_t count) { return scaled(count, attrs.real("width_multiplier")); };
    Network net;
    Feature x = net.conv2d("stem_conv", images(net, attrs), width(48), {.kernel = 2, .stride = 2});
    x = stage(net, 1, net.channelNorm("stem_norm", x, epsilon));
    x = net.channelNorm("down_norm", x, epsilon);
    x = net.conv2d("down_conv", x, width(96), {.kernel = 2, .stride = 2});
    x = net.meanOfChannels("avgpool", stage(net, 2, x));
    x = net.add("head_norm", "layer_norm", {x}, {{"axes", 1}, {"epsilon", epsilon}});
    return classified(std::move(net), net.linear("fc", x, attrs.integer("classes")), attrs);
}

}  // namespace

extern const TemplateDescriptor descriptor;
constinit const TemplateDescriptor descriptor = {
    .id = "bench_convnext",
    .title = "ConvNeXt-small (benchmark)",
    .summary =
        "Two stages of three ConvNeXt blocks for small images, as the benchmarks measure them.",
    .source = "Vitrine's own benchmarks",
    .searchWords = "benchmark small",
    .fields = fields,
    .training = {.learningRate = 0.01},
    .build = build,
};

}  // namespace vitrine::templates::bench_convnext

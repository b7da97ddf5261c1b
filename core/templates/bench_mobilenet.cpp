// SPDX-License-Identifier: Apache-2.0
// Inverted residual blocks for small images, as the benchmarks measure them.
#include "core/templates/parts/mobile.h"
#include "core/templates/template.h"

namespace vitrine::templates::bench_mobilenet {

namespace {

constexpr FieldSpec fields[] = {channelsField(3), heightField(32, 1), widthField(32, 1),
                                classesField(10), multiplierField};

struct Stage {
    int64_t expansion, channels, stride, count;
};
constexpr Stage stages[] = {
    {1, 16, 1, 1}, {4, 24, 1, 2}, {4, 32, 2, 3}, {4, 64, 2, 3}, {4, 96, 1, 2}};

Result<Graph> build(const Attrs& attrs) {
    const auto width = [&](int64_t count) { return scaled(count, attrs.real("width_multiplier")); };
    Network net;
    Feature x = convNormAct(net, "stem", images(net, attrs), width(16), {.padding = 1}, "relu6");
    int number = 1;
    for (const Stage& stage : stages)
        for (int64_t i = 0; i < stage.count; ++i)
            x = invertedResidual(net, fmt::format("block{}", number++), x,
                                 {.middle = stage.expansion * x.channels,
                                  .channels = width(stage.channels),
                                  .stride = i == 0 ? stage.stride : 1});
    x = convNormAct(net, "head", x, width(256), {.kernel = 1}, "relu6");
    x = net.meanOfChannels("avgpool", x);
    return classified(std::move(net), net.linear("fc", x, attrs.integer("classes")), attrs);
}

}  // namespace

extern const TemplateDescriptor descriptor;
constinit const TemplateDescriptor descriptor = {
    .id = "bench_mobilenet",
    .title = "MobileNetV2-small (benchmark)",
    .summary = "Inverted residual blocks for small images, as the benchmarks measure them.",
    .source = "Vitrine's own benchmarks",
    .searchWords = "benchmark small",
    .fields = fields,
    .training = {.learningRate = 0.01},
    .build = build,
};

}  // namespace vitrine::templates::bench_mobilenet

// SPDX-License-Identifier: Apache-2.0
// MobileNetV2: inverted residual blocks.
#include "core/templates/parts/mobile.h"
#include "core/templates/template.h"

namespace vitrine::templates::mobilenet_v2 {

namespace {

constexpr FieldSpec fields[] = {channelsField(3), heightField(224), widthField(224),
                                classesField(1000), multiplierField};

struct Stage {
    int64_t expansion, channels, count, stride;
};
constexpr Stage stages[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                            {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};

Result<Graph> build(const Attrs& attrs) {
    const double factor = attrs.real("width_multiplier");
    const auto width = [&](double count) { return divisible(count * factor, 8); };
    Network net;
    Feature x = convNormAct(net, "stem", images(net, attrs), width(32), {.stride = 2, .padding = 1},
                            "relu6");
    int number = 1;
    for (const Stage& stage : stages)
        for (int64_t i = 0; i < stage.count; ++i)
            x = invertedResidual(net, fmt::format("block{}", number++), x,
                                 {.middle = stage.expansion * x.channels,
                                  .channels = width(static_cast<double>(stage.channels)),
                                  .stride = i == 0 ? stage.stride : 1});
    // A narrow network has a head of full width.
    x = convNormAct(net, "head", x, divisible(1280 * std::max(1.0, factor), 8), {.kernel = 1},
                    "relu6");
    x = net.dropout("dropout", net.meanOfChannels("avgpool", x), 0.2);
    return classified(std::move(net), net.linear("fc", x, attrs.integer("classes")), attrs);
}

}  // namespace

extern const TemplateDescriptor descriptor;
constinit const TemplateDescriptor descriptor = {
    .id = "mobilenet_v2",
    .title = "MobileNetV2",
    .summary = "Blocks that widen, filter each channel by itself, and narrow again.",
    .source = "Sandler et al. 2018, MobileNetV2: inverted residuals and linear bottlenecks",
    .searchWords = "inverted residual depthwise small fast imagenet",
    .fields = fields,
    .build = build,
};

}  // namespace vitrine::templates::mobilenet_v2

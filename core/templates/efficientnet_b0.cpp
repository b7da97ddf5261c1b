// SPDX-License-Identifier: Apache-2.0
// EfficientNet-B0: inverted residual blocks whose widths, depths and windows a search has balanced.
#include "core/templates/parts/mobile.h"
#include "core/templates/template.h"

namespace vitrine::templates::efficientnet_b0 {

namespace {

constexpr FieldSpec fields[] = {channelsField(3), heightField(224), widthField(224),
                                classesField(1000), multiplierField};

struct Stage {
    int64_t expansion, kernel, stride, channels, count;
};
constexpr Stage stages[] = {{1, 3, 1, 16, 1}, {6, 3, 2, 24, 2},  {6, 5, 2, 40, 2},
                            {6, 3, 2, 80, 3}, {6, 5, 1, 112, 3}, {6, 5, 2, 192, 4},
                            {6, 3, 1, 320, 1}};
constexpr int blockCount = 16;

Result<Graph> build(const Attrs& attrs) {
    const auto width = [&](int64_t count) {
        return divisible(static_cast<double>(count) * attrs.real("width_multiplier"), 8);
    };
    Network net;
    Feature x = convNormAct(net, "stem", images(net, attrs), width(32), {.stride = 2, .padding = 1},
                            "silu");
    int number = 0;
    for (const Stage& stage : stages)
        for (int64_t i = 0; i < stage.count; ++i, ++number)
            x = invertedResidual(net, fmt::format("block{}", number + 1), x,
                                 {.middle = stage.expansion * x.channels,
                                  .channels = width(stage.channels),
                                  .kernel = stage.kernel,
                                  .stride = i == 0 ? stage.stride : 1,
                                  .squeeze = std::max<int64_t>(1, x.channels / 4),
                                  .activation = "silu",
                                  .squeezeActivation = "silu",
                                  .gate = "sigmoid",
                                  .dropPath = 0.2 * number / blockCount});
    x = convNormAct(net, "head", x, 4 * x.channels, {.kernel = 1}, "silu");
    x = net.dropout("dropout", net.meanOfChannels("avgpool", x), 0.2);
    return classified(std::move(net), net.linear("fc", x, attrs.integer("classes")), attrs);
}

}  // namespace

extern const TemplateDescriptor descriptor;
constinit const TemplateDescriptor descriptor = {
    .id = "efficientnet_b0",
    .title = "EfficientNet-B0",
    .summary = "Inverted residual blocks of balanced width and depth, which weigh their channels.",
    .source =
        "Tan, Le 2019, EfficientNet: rethinking model scaling for convolutional neural "
        "networks",
    .searchWords = "inverted residual squeeze excite imagenet",
    .fields = fields,
    .build = build,
};

}  // namespace vitrine::templates::efficientnet_b0

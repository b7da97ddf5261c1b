// SPDX-License-Identifier: Apache-2.0
// ShuffleNetV2: half of the channels pass each block by, and a shuffle mixes the halves.
#include "core/templates/parts/mobile.h"
#include "core/templates/template.h"

namespace vitrine::templates::shufflenet_v2 {

namespace {

constexpr FieldSpec fields[] = {channelsField(3), heightField(224), widthField(224),
                                classesField(1000), multiplierField};

Feature pointwise(Network& net, const std::string& name, const Feature& x, int64_t channels) {
    return convNormAct(net, name, x, channels, {.kernel = 1}, "relu");
}

Feature depthwise(Network& net, const std::string& name, const Feature& x, int64_t stride) {
    const Feature y =
        net.conv2d(name + "_conv", x, x.channels,
                   {.stride = stride, .padding = 1, .groups = x.channels, .bias = false});
    return net.batchNorm(name + "_bn", y);
}

/// What filters: narrow or widen, each channel by itself, and again.
Feature branch(Network& net, const std::string& name, const Feature& x, int64_t channels,
               int64_t stride) {
    Feature y = pointwise(net, name + "_1", x, channels);
    y = depthwise(net, name + "_2", y, stride);
    return pointwise(net, name + "_3", y, channels);
}

Feature unit(Network& net, const std::string& name, const Feature& x) {
    const int64_t half = x.channels / 2;
    Feature first = net.add(name + "_split", "split", {x},
                            {{"axis", 1}, {"sizes", std::vector<int64_t>{half, half}}});
    first.channels = half;
    const Feature second = Network::output(first, "y1");
    const Feature both = net.concat(name + "_concat", {first, branch(net, name, second, half, 1)});
    return net.add(name + "_shuffle", "channel_shuffle", {both}, {{"groups", 2}});
}

/// The first of a stage: both sides filter, with stride 2.
Feature firstUnit(Network& net, const std::string& name, const Feature& x, int64_t channels) {
    const Feature left =
        pointwise(net, name + "_left_2", depthwise(net, name + "_left_1", x, 2), channels / 2);
    const Feature right = branch(net, name + "_right", x, channels / 2, 2);
    return net.add(name + "_shuffle", "channel_shuffle",
                   {net.concat(name + "_concat", {left, right})}, {{"groups", 2}});
}

Result<Graph> build(const Attrs& attrs) {
    const double factor = attrs.real("width_multiplier");
    Network net;
    Feature x = convNormAct(net, "stem", images(net, attrs), scaled(24, factor),
                            {.stride = 2, .padding = 1}, "relu");
    x = net.maxPool("maxpool", x, {.kernel = 3, .stride = 2, .padding = 1});
    const int64_t channels[] = {116, 232, 464}, units[] = {4, 8, 4};
    for (size_t stage = 0; stage < 3; ++stage)
        for (int64_t i = 1; i <= units[stage]; ++i) {
            const std::string name = fmt::format("stage{}_{}", stage + 2, i);
            x = i == 1 ? firstUnit(net, name, x, 2 * scaled(channels[stage] / 2, factor))
                       : unit(net, name, x);
        }
    x = pointwise(net, "head", x, scaled(1024, factor));
    x = net.meanOfChannels("avgpool", x);
    return classified(std::move(net), net.linear("fc", x, attrs.integer("classes")), attrs);
}

}  // namespace

extern const TemplateDescriptor descriptor;
constinit const TemplateDescriptor descriptor = {
    .id = "shufflenet_v2",
    .title = "ShuffleNetV2",
    .summary = "Half of the channels pass each block by, and a shuffle mixes the halves.",
    .source =
        "Ma et al. 2018, ShuffleNet V2: practical guidelines for efficient CNN "
        "architecture design",
    .searchWords = "channel shuffle split depthwise small fast imagenet",
    .fields = fields,
    .build = build,
};

}  // namespace vitrine::templates::shufflenet_v2

// SPDX-License-Identifier: Apache-2.0
// SqueezeNet: fire modules narrow the channels before they look around.
#include "core/templates/parts/fields.h"
#include "core/templates/template.h"

namespace vitrine::templates::squeezenet {

namespace {

constexpr std::string_view versions[] = {"1.1", "1.0"};
constexpr FieldSpec fields[] = {
    channelsField(3),
    heightField(224, 25),
    widthField(224, 25),
    classesField(1000),
    multiplierField,
    variantField("version", "Version", versions,
                 "1.0 is the paper's; 1.1 needs less than half of the arithmetic.")};

Feature convRelu(Network& net, const std::string& name, const Feature& x, int64_t channels,
                 const Conv& conv) {
    return net.add(name + "_relu", "relu", {net.conv2d(name + "_conv", x, channels, conv)});
}

/// Module `number`: fire2 and fire3 squeeze into 16 channels, fire8 and fire9 into 64.
Feature fire(Network& net, int number, const Feature& x, double factor) {
    const std::string name = fmt::format("fire{}", number);
    const int64_t squeezed = 16 * (number / 2);
    const Feature narrow =
        convRelu(net, name + "_squeeze", x, scaled(squeezed, factor), {.kernel = 1});
    const int64_t each = scaled(4 * squeezed, factor);
    return net.concat(name, {convRelu(net, name + "_expand1", narrow, each, {.kernel = 1}),
                             convRelu(net, name + "_expand3", narrow, each, {.padding = 1})});
}

Result<Graph> build(const Attrs& attrs) {
    const double factor = attrs.real("width_multiplier");
    const bool isNewer = attrs.text("version") == "1.1";
    constexpr Pool halved = {.kernel = 3, .stride = 2, .ceil = true};
    Network net;
    Feature x = images(net, attrs);
    x = isNewer ? convRelu(net, "stem", x, scaled(64, factor), {.kernel = 3, .stride = 2})
                : convRelu(net, "stem", x, scaled(96, factor), {.kernel = 7, .stride = 2});
    x = net.maxPool("pool1", x, halved);
    for (int number = 2; number <= 9; ++number) {
        x = fire(net, number, x, factor);
        if (isNewer ? number == 3 || number == 5 : number == 4 || number == 8)
            x = net.maxPool(fmt::format("pool{}", number), x, halved);
    }
    x = net.dropout("dropout", x, 0.5);
    x = convRelu(net, "classes", x, attrs.integer("classes"), {.kernel = 1});
    return classified(std::move(net), net.meanOfChannels("avgpool", x), attrs);
}

}  // namespace

extern const TemplateDescriptor descriptor;
constinit const TemplateDescriptor descriptor = {
    .id = "squeezenet",
    .title = "SqueezeNet",
    .summary = "AlexNet's accuracy with a fiftieth of its parameters.",
    .source = "Iandola et al. 2016, SqueezeNet: AlexNet-level accuracy with 50x fewer parameters",
    .searchWords = "fire small imagenet",
    .fields = fields,
    .training = {.learningRate = 0.01},
    .build = build,
};

}  // namespace vitrine::templates::squeezenet

// SPDX-License-Identifier: Apache-2.0
// AlexNet, in the form for one processor.
#include "core/templates/parts/fields.h"
#include "core/templates/template.h"

namespace vitrine::templates::alexnet {

namespace {

constexpr FieldSpec fields[] = {channelsField(3), heightField(224, 63), widthField(224, 63),
                                classesField(1000), multiplierField};

struct Layer {
    std::string number;
    int64_t channels;
    Conv conv;
    bool isPooled = false;
};

Result<Graph> build(const Attrs& attrs) {
    const auto width = [&](int64_t count) { return scaled(count, attrs.real("width_multiplier")); };
    Network net;
    Feature x = images(net, attrs);
    for (const Layer& layer : {Layer{"1", 64, {.kernel = 11, .stride = 4, .padding = 2}, true},
                               {"2", 192, {.kernel = 5, .padding = 2}, true},
                               {"3", 384, {.padding = 1}},
                               {"4", 256, {.padding = 1}},
                               {"5", 256, {.padding = 1}, true}}) {
        x = net.conv2d("conv" + layer.number, x, width(layer.channels), layer.conv);
        x = net.add("relu" + layer.number, "relu", {x});
        if (layer.isPooled) x = net.maxPool("pool" + layer.number, x, {.kernel = 3, .stride = 2});
    }
    x = net.add("avgpool", "adaptive_avg_pool", {x}, {{"size", std::vector<int64_t>{6, 6}}});
    x = net.add("flatten", "flatten", {x});
    for (const std::string number : {"6", "7"}) {
        x = net.dropout("dropout" + number, x, 0.5);
        x = net.add("relu" + number, "relu", {net.linear("fc" + number, x, width(4096))});
    }
    return classified(std::move(net), net.linear("fc8", x, attrs.integer("classes")), attrs);
}

}  // namespace

extern const TemplateDescriptor descriptor;
constinit const TemplateDescriptor descriptor = {
    .id = "alexnet",
    .title = "AlexNet",
    .summary = "Five convolutions and three wide layers of rows: the network that began it all.",
    .source = "Krizhevsky 2014, One weird trick for parallelizing convolutional neural networks",
    .searchWords = "imagenet",
    .fields = fields,
    .training = {.learningRate = 0.01},
    .build = build,
};

}  // namespace vitrine::templates::alexnet

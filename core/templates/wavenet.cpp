// SPDX-License-Identifier: Apache-2.0
// In the way of WaveNet: gated convolutions along a sequence, each looking twice as far back as the
// one before, say what comes next. It says a number, where the paper says one of 256 classes.
#include "core/templates/parts/fields.h"
#include "core/templates/template.h"

namespace vitrine::templates::wavenet {

namespace {

constexpr FieldSpec fields[] = {
    countField("channels", "Channels", 1, 1, 4096, "Numbers of each step of the sequence."),
    countField("length", "Length", 256, 2, 65536, "Steps of a sequence in column 'signal'."),
    multiplierField,
    countField("layers", "Layers", 8, 1, 12, "The last looks back by two to their number.")};

/// tanh(a) · σ(b).
Feature gate(Network& net, const std::string& name, const Feature& x, int64_t dilation) {
    const int64_t width = x.channels;
    const Feature both =
        net.conv1d(name + "_conv", x, 2 * width, {.kernel = 2, .padding = dilation}, dilation);
    Feature value = net.add(name + "_split", "split", {both},
                            {{"axis", 1}, {"sizes", std::vector<int64_t>{width, width}}});
    value.channels = width;
    const Feature share = net.add(name + "_sigmoid", "sigmoid", {Network::output(value, "y1")});
    return net.add(name + "_gate", "mul", {net.add(name + "_tanh", "tanh", {value}), share});
}

/// What all layers tell the end, added up.
Feature gatedLayers(Network& net, Feature x, int64_t count) {
    Feature sum;
    for (int64_t i = 1; i <= count; ++i) {
        const std::string name = fmt::format("layer{}", i);
        const Feature open = gate(net, name, x, int64_t{1} << (i - 1));
        const Feature told = net.conv1d(name + "_skip", open, x.channels, {.kernel = 1});
        sum = i == 1 ? told : net.add(name + "_sum", "add", {sum, told});
        if (i == count) break;
        const Feature mixed = net.conv1d(name + "_mix", open, x.channels, {.kernel = 1});
        x = net.add(name + "_add", "add", {mixed, x});
    }
    return sum;
}

Feature steps(Network& net, const std::string& id, const Feature& x, int64_t start, int64_t count) {
    return net.add(id, "slice", {x}, {{"axis", 2}, {"start", start}, {"length", count}});
}

Result<Graph> build(const Attrs& attrs) {
    const int64_t channels = attrs.integer("channels"), length = attrs.integer("length");
    const int64_t width = scaled(32, attrs.real("width_multiplier"));
    Network net;
    const Feature signal = net.input("input", {channels, length}, "signal", "raw");
    Feature x = net.conv1d("first", signal, width, {.kernel = 2, .padding = 1});
    x = gatedLayers(net, x, attrs.integer("layers"));
    x = net.conv1d("last1", net.add("last_relu1", "relu", {x}), width, {.kernel = 1});
    x = net.conv1d("last2", net.add("last_relu2", "relu", {x}), channels, {.kernel = 1});
    net.add("loss", "mse",
            {steps(net, "said", x, 0, length - 1), steps(net, "came", signal, 1, length - 1)});
    return std::move(net).graph();
}

}  // namespace

extern const TemplateDescriptor descriptor;
constinit const TemplateDescriptor descriptor = {
    .id = "wavenet",
    .title = "WaveNet-like, 1-D",
    .summary = "Says the next step of a sequence from those before it.",
    .source = "van den Oord et al. 2016, WaveNet: a generative model for raw audio",
    .searchWords = "audio sequence dilated causal 1d signal",
    .fields = fields,
    .training = {.optimizer = "adam", .learningRate = 0.001, .batch = 32},
    .build = build,
};

}  // namespace vitrine::templates::wavenet

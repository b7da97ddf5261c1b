// SPDX-License-Identifier: Apache-2.0
// CRNN: convolutions look at a line of writing, two recurrent layers read it from both ends.
#include "core/templates/parts/fields.h"
#include "core/templates/template.h"

namespace vitrine::templates::crnn {

namespace {

constexpr FieldSpec fields[] = {channelsField(1),
                                {.id = "width",
                                 .title = "Width",
                                 .defaultNumber = 100,
                                 .minimum = 4,
                                 .maximum = largestImage,
                                 .unit = "px",
                                 .help = "Of the images, which are 32 px high. A fourth of it and "
                                         "one more are the steps that are read."},
                                classesField(37),
                                multiplierField,
                                {.id = "letters",
                                 .title = "Letters",
                                 .defaultNumber = 12,
                                 .minimum = 1,
                                 .maximum = 1e6,
                                 .help = "Of the longest line; shorter ones end with -1. The last "
                                         "class stands for no letter."}};

Feature conv(Network& net, int number, const Feature& x, int64_t channels, Conv window,
             bool isNormalised = false) {
    Feature y = net.conv2d(fmt::format("conv{}", number), x, channels, window);
    if (isNormalised) y = net.batchNorm(fmt::format("bn{}", number), y);
    return net.add(fmt::format("relu{}", number), "relu", {y});
}

/// Halves the height, and keeps the width but for one.
Feature flatPool(Network& net, const std::string& id, const Feature& x) {
    return net.add(id, "max_pool2d", {x},
                   {{"kernel", std::vector<int64_t>{2, 2}},
                    {"stride", std::vector<int64_t>{2, 1}},
                    {"padding", std::vector<int64_t>{0, 1}}});
}

/// [N, C, 1, T]
Feature look(Network& net, Feature x, const std::function<int64_t(int64_t)>& width) {
    x = net.maxPool("pool1", conv(net, 1, x, width(64), {.padding = 1}));
    x = net.maxPool("pool2", conv(net, 2, x, width(128), {.padding = 1}));
    x = conv(net, 3, x, width(256), {.padding = 1}, true);
    x = flatPool(net, "pool4", conv(net, 4, x, width(256), {.padding = 1}));
    x = conv(net, 5, x, width(512), {.padding = 1}, true);
    x = flatPool(net, "pool6", conv(net, 6, x, width(512), {.padding = 1}));
    return conv(net, 7, x, width(512), {.kernel = 2}, true);
}

/// A layer of rows for each step of [N, T, F]: [N, F', T].
Feature mixed(Network& net, const std::string& name, const Feature& x, int64_t features) {
    const Feature channels = net.add(name + "_channels", "transpose", {x},
                                     {{"permutation", std::vector<int64_t>{0, 2, 1}}});
    return net.conv1d(name, channels, features, {.kernel = 1});
}

/// [N, T, 2 hidden]
Feature read(Network& net, const std::string& name, const Feature& channels, int64_t hidden) {
    const Feature steps = net.add(name + "_steps", "transpose", {channels},
                                  {{"permutation", std::vector<int64_t>{0, 2, 1}}});
    return net.add(name, "lstm", {steps}, {{"hidden", hidden}, {"bidirectional", true}});
}

Result<Graph> build(const Attrs& attrs) {
    const auto width = [&](int64_t count) { return scaled(count, attrs.real("width_multiplier")); };
    // Two poolings halve, two of stride 1 add one each, and the last window takes one away.
    const int64_t steps = attrs.integer("width") / 4 + 1;
    if (attrs.integer("letters") > steps)
        return fieldError("letters", fmt::format("{} letters have no place in the {} steps that an "
                                                 "image of this width gives",
                                                 attrs.integer("letters"), steps));
    Network net;
    Feature x = look(
        net, net.input("input", {attrs.integer("channels"), 32, attrs.integer("width")}), width);
    x = net.add("columns", "squeeze", {x}, {{"axes", std::vector<int64_t>{2}}});
    x = mixed(net, "between", read(net, "lstm1", x, width(256)), width(256));
    x = mixed(net, "letters_by_step", read(net, "lstm2", x, width(256)), attrs.integer("classes"));
    const Feature logits =
        net.add("logits", "transpose", {x}, {{"permutation", std::vector<int64_t>{0, 2, 1}}});
    const Feature text = net.input("text", {attrs.integer("letters")}, "text", "raw");
    net.add("loss", "ctc", {logits, net.add("labels", "cast", {text}, {{"to", "i32"}})},
            {{"blank", attrs.integer("classes") - 1}});
    return std::move(net).graph();
}

}  // namespace

extern const TemplateDescriptor descriptor;
constinit const TemplateDescriptor descriptor = {
    .id = "crnn",
    .title = "CRNN",
    .summary = "Reads a line of writing: convolutions look, recurrent layers read from both ends.",
    .source =
        "Shi et al. 2015, An end-to-end trainable neural network for image-based sequence "
        "recognition",
    .searchWords = "ocr text lstm recurrent",
    .fields = fields,
    .training = {.optimizer = "adam", .learningRate = 0.001},
    .build = build,
};

}  // namespace vitrine::templates::crnn

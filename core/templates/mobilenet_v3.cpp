// SPDX-License-Identifier: Apache-2.0
// MobileNetV3, large and small.
#include "core/templates/parts/mobile.h"
#include "core/templates/template.h"

namespace vitrine::templates::mobilenet_v3 {

namespace {

constexpr std::string_view sizes[] = {"large", "small"};
constexpr FieldSpec fields[] = {
    channelsField(3), heightField(224),
    widthField(224),  classesField(1000),
    multiplierField,  variantField("size", "Size", sizes, "Which of the paper's two networks.")};

struct Block {
    int64_t kernel, middle, channels;
    bool squeezes;
    std::string_view activation;
    int64_t stride;
};
constexpr std::string_view re = "relu", hs = "hard_swish";
constexpr Block large[] = {
    {3, 16, 16, false, re, 1},  {3, 64, 24, false, re, 2},  {3, 72, 24, false, re, 1},
    {5, 72, 40, true, re, 2},   {5, 120, 40, true, re, 1},  {5, 120, 40, true, re, 1},
    {3, 240, 80, false, hs, 2}, {3, 200, 80, false, hs, 1}, {3, 184, 80, false, hs, 1},
    {3, 184, 80, false, hs, 1}, {3, 480, 112, true, hs, 1}, {3, 672, 112, true, hs, 1},
    {5, 672, 160, true, hs, 2}, {5, 960, 160, true, hs, 1}, {5, 960, 160, true, hs, 1}};
constexpr Block small[] = {
    {3, 16, 16, true, re, 2},  {3, 72, 24, false, re, 2}, {3, 88, 24, false, re, 1},
    {5, 96, 40, true, hs, 2},  {5, 240, 40, true, hs, 1}, {5, 240, 40, true, hs, 1},
    {5, 120, 48, true, hs, 1}, {5, 144, 48, true, hs, 1}, {5, 288, 96, true, hs, 2},
    {5, 576, 96, true, hs, 1}, {5, 576, 96, true, hs, 1}};

Result<Graph> build(const Attrs& attrs) {
    const auto width = [&](int64_t count) {
        return divisible(static_cast<double>(count) * attrs.real("width_multiplier"), 8);
    };
    constexpr Norm norm = {.eps = 1e-3, .momentum = 0.01};
    const bool isLarge = attrs.text("size") == "large";
    Network net;
    Feature x = convNormAct(net, "stem", images(net, attrs), width(16), {.stride = 2, .padding = 1},
                            hs, norm);
    int number = 1;
    for (const Block& block : isLarge ? std::span<const Block>(large) : small) {
        const int64_t middle = width(block.middle);
        const int64_t squeezed = divisible(static_cast<double>(middle / 4), 8);
        x = invertedResidual(net, fmt::format("block{}", number++), x,
                             {.middle = middle,
                              .channels = width(block.channels),
                              .kernel = block.kernel,
                              .stride = block.stride,
                              .squeeze = block.squeezes ? squeezed : 0,
                              .activation = block.activation,
                              .norm = norm});
    }
    x = convNormAct(net, "head", x, 6 * x.channels, {.kernel = 1}, hs, norm);
    x = net.linear("fc1", net.meanOfChannels("avgpool", x), width(isLarge ? 1280 : 1024));
    x = net.dropout("dropout", net.add("fc1_hard_swish", hs, {x}), 0.2);
    return classified(std::move(net), net.linear("fc2", x, attrs.integer("classes")), attrs);
}

}  // namespace

extern const TemplateDescriptor descriptor;
constinit const TemplateDescriptor descriptor = {
    .id = "mobilenet_v3",
    .title = "MobileNetV3",
    .summary = "Inverted residual blocks that weigh their channels, found by a search.",
    .source = "Howard et al. 2019, Searching for MobileNetV3",
    .searchWords = "inverted residual squeeze excite small fast imagenet",
    .fields = fields,
    .build = build,
};

}  // namespace vitrine::templates::mobilenet_v3

// SPDX-License-Identifier: Apache-2.0
// Super-resolution by sub-pixels: learns to undo a reduction of images that it makes itself.
#include "core/templates/parts/fields.h"
#include "core/templates/template.h"

namespace vitrine::templates::super_resolution {

namespace {

constexpr FieldSpec fields[] = {
    channelsField(1), heightField(28), widthField(28), multiplierField,
    countField("factor", "Factor", 2, 2, 8, "How much larger images become along each axis.")};

Result<Graph> build(const Attrs& attrs) {
    const int64_t factor = attrs.integer("factor"), channels = attrs.integer("channels");
    const auto width = [&](int64_t count) { return scaled(count, attrs.real("width_multiplier")); };
    for (const std::string_view side : {"height", "width"})
        if (const int64_t extent = attrs.integer(side); extent % factor != 0)
            return fieldError(
                side, fmt::format("{} {} is no multiple of the factor, {}", side, extent, factor));
    Network net;
    const Feature image = net.input(
        "input", {channels, attrs.integer("height"), attrs.integer("width")}, "image", "unit");
    Feature x = net.avgPool("reduced", image, {.kernel = factor, .stride = factor});
    x = net.add("tanh1", "tanh", {net.conv2d("conv1", x, width(64), {.kernel = 5, .padding = 2})});
    x = net.add("tanh2", "tanh", {net.conv2d("conv2", x, width(32), {.padding = 1})});
    x = net.conv2d("conv3", x, channels * factor * factor, {.padding = 1});
    x = net.add("enlarged", "pixel_shuffle", {x}, {{"factor", factor}});
    net.add("loss", "mse", {x, image});
    return std::move(net).graph();
}

}  // namespace

extern const TemplateDescriptor descriptor;
constinit const TemplateDescriptor descriptor = {
    .id = "super_resolution",
    .title = "Super-resolution",
    .summary = "Learns to enlarge images, from any images: it reduces them itself.",
    .source =
        "Shi et al. 2016, Real-time single image and video super-resolution using an "
        "efficient sub-pixel convolutional neural network",
    .searchWords = "espcn pixel shuffle enlarge",
    .fields = fields,
    .training = {.optimizer = "adam", .learningRate = 0.001, .batch = 32},
    .metric = "psnr",
    .build = build,
};

}  // namespace vitrine::templates::super_resolution

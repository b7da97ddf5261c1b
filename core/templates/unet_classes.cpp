// SPDX-License-Identifier: Apache-2.0
// U-Net for several classes: says of each pixel which of them it is of.
#include "core/templates/parts/u_shape.h"
#include "core/templates/template.h"

namespace vitrine::templates::unet_classes {

namespace {

constexpr FieldSpec fields[] = {
    channelsField(3),
    heightField(64),
    widthField(64),
    countField("classes", "Classes", 3, 2, 255,
               "What a pixel can be of: numbers in column 'mask', from 0 on."),
    multiplierField,
    countField("levels", "Levels", 5, 2, 8, "Each looks at half of the size of the one above.")};

/// Masks come in as the numbers that they are, [N, 1, H, W], and are compared as classes [N, H, W].
/// 255 is a pixel of no class, and does not count.
Result<Graph> build(const Attrs& attrs) {
    std::vector<int64_t> channels;
    for (int64_t level = 0; level < attrs.integer("levels"); ++level)
        channels.push_back(scaled(int64_t{64} << level, attrs.real("width_multiplier")));
    VITRINE_TRY(checkHalvings(attrs, channels.size()));
    Network net;
    const Feature x = uShape(net, images(net, attrs), channels);
    const Feature logits = net.conv2d("logits", x, attrs.integer("classes"), {.kernel = 1});
    const Feature mask =
        net.input("mask", {1, attrs.integer("height"), attrs.integer("width")}, "mask", "raw");
    const Feature numbers = net.add("class_numbers", "cast", {mask}, {{"to", std::string("i32")}});
    const Feature classes =
        net.add("pixel_classes", "squeeze", {numbers}, {{"axes", std::vector<int64_t>{1}}});
    net.add("loss", "weighted_cross_entropy", {logits, classes}, {{"ignore_index", int64_t{255}}});
    return std::move(net).graph();
}

}  // namespace

extern const TemplateDescriptor descriptor;
constinit const TemplateDescriptor descriptor = {
    .id = "unet_classes",
    .title = "U-Net for several classes",
    .summary = "Says of each pixel which of several classes it is of.",
    .source =
        "Ronneberger et al. 2015, U-Net: convolutional networks for biomedical image "
        "segmentation",
    .searchWords = "segmentation semantic mask pixels multiclass scene",
    .fields = fields,
    .training = {.optimizer = "adam", .learningRate = 0.001, .batch = 16},
    .metric = "class_iou",
    .build = build,
};

}  // namespace vitrine::templates::unet_classes

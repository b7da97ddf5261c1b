// SPDX-License-Identifier: Apache-2.0
// U-Net: says of each pixel whether it belongs to what is looked for.
#include "core/templates/parts/u_shape.h"
#include "core/templates/template.h"

namespace vitrine::templates::unet {

namespace {

constexpr FieldSpec fields[] = {
    channelsField(1),
    heightField(32),
    widthField(32),
    countField("masks", "Masks", 1, 1, 1024, "Marks of each pixel: channels of column 'mask'."),
    multiplierField,
    countField("levels", "Levels", 5, 2, 8, "Each looks at half of the size of the one above.")};

Result<Graph> build(const Attrs& attrs) {
    std::vector<int64_t> channels;
    for (int64_t level = 0; level < attrs.integer("levels"); ++level)
        channels.push_back(scaled(int64_t{64} << level, attrs.real("width_multiplier")));
    VITRINE_TRY(checkHalvings(attrs, channels.size()));
    const int64_t masks = attrs.integer("masks");
    Network net;
    const Feature x = uShape(net, images(net, attrs), channels);
    const Feature logits = net.conv2d("logits", x, masks, {.kernel = 1});
    const Feature mask =
        net.input("mask", {masks, attrs.integer("height"), attrs.integer("width")}, "mask", "unit");
    net.add("loss", "binary_cross_entropy", {logits, mask});
    return std::move(net).graph();
}

}  // namespace

extern const TemplateDescriptor descriptor;
constinit const TemplateDescriptor descriptor = {
    .id = "unet",
    .title = "U-Net",
    .summary = "Says of each pixel whether it belongs to what is looked for.",
    .source =
        "Ronneberger et al. 2015, U-Net: convolutional networks for biomedical image "
        "segmentation",
    .searchWords = "segmentation mask pixels",
    .fields = fields,
    .training = {.optimizer = "adam", .learningRate = 0.001, .batch = 16},
    .metric = "iou",
    .build = build,
};

}  // namespace vitrine::templates::unet

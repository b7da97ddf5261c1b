// SPDX-License-Identifier: Apache-2.0
// A small vision transformer: patches of an image attend to each other.
#include "core/templates/parts/fields.h"
#include "core/templates/template.h"

namespace vitrine::templates::vit_small {

namespace {

constexpr FieldSpec fields[] = {
    channelsField(3),
    heightField(224, 1),
    widthField(224, 1),
    classesField(1000),
    multiplierField,
    countField("patch", "Patch", 16, 1, 256,
               "Height and width of a patch, in pixels; images are cut into whole ones."),
    countField("depth", "Layers", 12, 1, 48, "Encoder layers, one behind the other."),
    countField("heads", "Heads", 6, 1, 64, "Of each attention, with 64 features each.")};

Result<void> checkPatches(const Attrs& attrs) {
    const int64_t patch = attrs.integer("patch");
    for (const std::string_view side : {"height", "width"})
        if (const int64_t extent = attrs.integer(side); extent % patch != 0)
            return fieldError(
                side, fmt::format("{} {} is no multiple of the patch, {}", side, extent, patch));
    return {};
}

Result<Graph> build(const Attrs& attrs) {
    VITRINE_TRY(checkPatches(attrs));
    const int64_t heads = attrs.integer("heads");
    const int64_t features = heads * scaled(64, attrs.real("width_multiplier"));
    constexpr double epsilon = 1e-6;
    Network net;
    Feature x = net.add("patches", "patch_embedding", {images(net, attrs)},
                        {{"patch", attrs.integer("patch")}, {"features", features}});
    for (int64_t i = 1; i <= attrs.integer("depth"); ++i)
        x = net.add(fmt::format("encoder{}", i), "transformer_encoder_layer", {x},
                    {{"heads", heads}, {"feedforward", 4 * features}, {"epsilon", epsilon}});
    x = net.add("norm", "layer_norm", {x}, {{"axes", 1}, {"epsilon", epsilon}});
    // The row in front has looked at all patches.
    x = net.add("class_row", "slice", {x}, {{"axis", 1}, {"start", 0}, {"length", 1}});
    x = net.add("flatten", "flatten", {x});
    return classified(std::move(net), net.linear("fc", x, attrs.integer("classes")), attrs);
}

}  // namespace

extern const TemplateDescriptor descriptor;
constinit const TemplateDescriptor descriptor = {
    .id = "vit_small",
    .title = "Vision transformer, small",
    .summary = "Cuts an image into patches that attend to each other.",
    .source =
        "Dosovitskiy et al. 2020, An image is worth 16x16 words; sizes of Touvron et al. "
        "2020 (DeiT-S)",
    .searchWords = "vit deit attention transformer imagenet",
    .fields = fields,
    .training = {.optimizer = "adamw", .learningRate = 0.0005},
    .build = build,
};

}  // namespace vitrine::templates::vit_small

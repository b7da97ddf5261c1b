// SPDX-License-Identifier: Apache-2.0
// Transform "flip": mirrored, by chance or in turn.
#include <algorithm>

#include "core/data/transform.h"

namespace vitrine::transforms::flip {

namespace {

constexpr std::string_view ways[] = {"sideways", "upside_down"};

constexpr FieldSpec fields[] = {
    {.id = "way",
     .title = "Way",
     .type = FieldType::Choice,
     .defaultText = "sideways",
     .help = "Left and right changed, or top and bottom.",
     .choices = ways},
    {.id = "chance",
     .title = "Chance",
     .type = FieldType::Real,
     .defaultNumber = 0.5,
     .minimum = 0,
     .maximum = 1,
     .help = "Share of the examples that are mirrored."},
    addition({.id = "in_turn",
              .title = "In turn",
              .type = FieldType::Bool,
              .help = "Each example is mirrored in every other epoch: Chance "
                      "is that it is in the first one."})};

void mirror(WorkedImage& image, bool isSideways) {
    const int64_t height = image.shape[1], width = image.shape[2];
    for (int64_t c = 0; c < image.shape[0]; ++c) {
        const auto plane = image.pixels.begin() + c * height * width;
        if (isSideways)
            for (int64_t y = 0; y < height; ++y)
                std::reverse(plane + y * width, plane + (y + 1) * width);
        else
            for (int64_t y = 0; y < height / 2; ++y)
                std::swap_ranges(plane + y * width, plane + (y + 1) * width,
                                 plane + (height - 1 - y) * width);
    }
}

/// In turn after K. Jordan, "94% on CIFAR-10 in 3.29 Seconds on a Single GPU" (2024): two epochs on
/// end see both sides of an example.
bool isMirrored(TransformContext& context) {
    const double chance = context.attrs.real("chance");
    if (!context.attrs.flag("in_turn")) return context.rng.uniform() < chance;
    const bool isInFirst = context.lasting.uniform() < chance;
    return isInFirst == (context.epoch % 2 == 0);
}

void apply(TransformContext& context) {
    if (!isMirrored(context)) return;
    for (WorkedImage& image : context.example.images)
        mirror(image, context.attrs.text("way") == ways[0]);
}

}  // namespace

extern const TransformDescriptor descriptor;
constinit const TransformDescriptor descriptor{
    .id = "flip",
    .title = "Flip",
    .summary = "Mirrors images by chance.",
    .group = TransformGroup::Geometry,
    .fields = fields,
    .apply = apply,
};

}  // namespace vitrine::transforms::flip

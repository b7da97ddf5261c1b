// SPDX-License-Identifier: Apache-2.0
// Transform "pad_crop": a border around the image, then a piece of its old size from anywhere.
#include "core/data/transforms/fields.h"

namespace vitrine::transforms::pad_crop {

namespace {

constexpr FieldSpec fields[] = {
    {.id = "padding",
     .title = "Padding",
     .type = FieldType::Int,
     .defaultNumber = 4,
     .minimum = 0,
     .maximum = 4096,
     .unit = "pixels",
     .help = "Width of the border on each side; the image moves by at most as much."},
    addition(borderField("What comes in: the fill, the outermost pixels, or the image mirrored "
                         "without its edge (reflect) or with it (symmetric).")),
    addition(fillField("Brightness of what comes in, from black to white."))};

/// Offsets from 0 to twice the padding, the vertical one first.
void apply(TransformContext& context) {
    const int64_t padding = context.attrs.integer("padding");
    const int64_t top = drawnWhole(context.rng, -padding, padding);
    const int64_t left = drawnWhole(context.rng, -padding, padding);
    for (WorkedImage& image : context.example.images)
        crop(image, {top, left}, image.shape[1], image.shape[2], borderOf(context.attrs),
             fillOf(context.attrs));
}

}  // namespace

extern const TransformDescriptor descriptor;
constinit const TransformDescriptor descriptor{
    .id = "pad_crop",
    .title = "Pad and crop",
    .summary = "Moves images by some pixels at random.",
    .group = TransformGroup::Geometry,
    .fields = fields,
    .apply = apply,
};

}  // namespace vitrine::transforms::pad_crop

// SPDX-License-Identifier: Apache-2.0
// Transform "random_crop": a piece of the image from anywhere.
#include "core/data/transforms/fields.h"
#include "fmt/format.h"

namespace vitrine::transforms::random_crop {

namespace {

constexpr FieldSpec fields[] = {
    heightField("Of the piece."), widthField("Of the piece."),
    wholeField("padding", "Padding", {0, 0, 4096},
               "The piece may reach so far beyond the image on each side.", "pixels"),
    borderField("What stands beyond the image: the fill, the outermost pixels, or the image "
                "mirrored without its edge (reflect) or with it (symmetric)."),
    fillField("Brightness of what stands beyond, from black to white.")};

Result<Shape> shape(const Attrs& attrs, const Shape& image) {
    const int64_t height = attrs.integer("height"), width = attrs.integer("width");
    const int64_t border = 2 * attrs.integer("padding");
    if (height <= image[1] + border && width <= image[2] + border)
        return Shape{image[0], height, width};
    return Error{"U28",
                 fmt::format("a piece of {} × {} does not fit into an image of {} × {} with {} "
                             "pixels of padding on each side",
                             height, width, image[1], image[2], border / 2),
                 {},
                 {},
                 "Choose a smaller piece or more padding, or resize in front of it."};
}

/// Where it begins: every place is as likely; the vertical one is drawn first.
void apply(TransformContext& context) {
    const Attrs& attrs = context.attrs;
    const int64_t height = attrs.integer("height"), width = attrs.integer("width");
    const int64_t padding = attrs.integer("padding");
    if (context.example.images.empty()) return;
    const Shape& image = context.example.images[0].shape;
    const int64_t top = drawnWhole(context.rng, -padding, image[1] + padding - height);
    const int64_t left = drawnWhole(context.rng, -padding, image[2] + padding - width);
    for (WorkedImage& each : context.example.images)
        crop(each, {top, left}, height, width, borderOf(attrs), fillOf(attrs));
}

}  // namespace

extern const TransformDescriptor descriptor;
constinit const TransformDescriptor descriptor{
    .id = "random_crop",
    .title = "Random crop",
    .summary = "A piece of images from anywhere.",
    .group = TransformGroup::Size,
    .fields = fields,
    .shape = shape,
    .apply = apply,
};

}  // namespace vitrine::transforms::random_crop

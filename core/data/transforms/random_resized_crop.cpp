// SPDX-License-Identifier: Apache-2.0
// Transform "random_resized_crop": a piece of the image of drawn size, form and place, made
// as large as is wanted.
#include <algorithm>
#include <cmath>

#include "core/data/pixels/resample.h"
#include "core/data/transforms/fields.h"

namespace vitrine::transforms::random_resized_crop {

namespace {

constexpr FieldSpec fields[] = {
    heightField("Of images behind it."),
    widthField("Of images behind it."),
    realField("share_from", "Share from", {0.08, 0.0001, 1}, "Smallest share of the image's area."),
    realField("share_to", "Share to", {1, 0.0001, 1}, "Largest share of the image's area."),
    realField("ratio_from", "Ratio from", {0.75, 0.01, 100}, "Narrowest piece: width / height."),
    realField("ratio_to", "Ratio to", {4.0 / 3, 0.01, 100}, "Widest piece: width / height."),
    choiceField("method", "Method", resamplings, "How the piece is resized, as in Resize."),
};

struct Piece {
    int64_t top = 0, left = 0, height = 0, width = 0;
};

/// The middle, as much as the ratios allow.
Piece middle(int64_t height, int64_t width, double narrowest, double widest) {
    const double ratio = static_cast<double>(width) / static_cast<double>(height);
    Piece piece{0, 0, height, width};
    if (ratio < narrowest)
        piece.height =
            std::clamp<int64_t>(std::llround(static_cast<double>(width) / narrowest), 1, height);
    else if (ratio > widest)
        piece.width =
            std::clamp<int64_t>(std::llround(static_cast<double>(height) * widest), 1, width);
    piece.top = (height - piece.height) / 2;
    piece.left = (width - piece.width) / 2;
    return piece;
}

/// Area and logarithm of the ratio are uniform; ten tries to find a piece that lies inside.
Piece draw(TransformContext& context, const Shape& image) {
    const Attrs& attrs = context.attrs;
    const double narrowest = std::min(attrs.real("ratio_from"), attrs.real("ratio_to"));
    const double widest = std::max(attrs.real("ratio_from"), attrs.real("ratio_to"));
    for (int tries = 0; tries < 10; ++tries) {
        const double area = static_cast<double>(image[1] * image[2]) *
                            drawnBetween(context, "share_from", "share_to");
        const double ratio = std::exp(context.rng.uniform(std::log(narrowest), std::log(widest)));
        const int64_t height = std::llround(std::sqrt(area / ratio)),
                      width = std::llround(std::sqrt(area * ratio));
        if (height < 1 || width < 1 || height > image[1] || width > image[2]) continue;
        const int64_t top = drawnWhole(context.rng, 0, image[1] - height);
        return {top, drawnWhole(context.rng, 0, image[2] - width), height, width};
    }
    return middle(image[1], image[2], narrowest, widest);
}

void apply(TransformContext& context) {
    if (context.example.images.empty()) return;
    const Resampling way = resamplingNamed(context.attrs.text("method"));
    const Piece piece = draw(context, context.example.images[0].shape);
    for (WorkedImage& image : context.example.images) {
        crop(image, {piece.top, piece.left}, piece.height, piece.width);
        resample(image, context.attrs.integer("height"), context.attrs.integer("width"), way, true);
    }
}

}  // namespace

extern const TransformDescriptor descriptor;
constinit const TransformDescriptor descriptor{
    .id = "random_resized_crop",
    .title = "Random resized crop",
    .summary = "A piece of images of drawn size, form and place, resized.",
    .group = TransformGroup::Size,
    .fields = fields,
    .shape = shapeOfFields,
    .apply = apply,
};

}  // namespace vitrine::transforms::random_resized_crop

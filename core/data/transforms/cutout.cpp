// SPDX-License-Identifier: Apache-2.0
// Transform "cutout": a square is blotted out (DeVries and Taylor, arXiv:1708.04552).
#include <algorithm>

#include "core/data/transforms/fields.h"

namespace vitrine::transforms::cutout {

namespace {

constexpr FieldSpec fields[] = {
    wholeField("size", "Size", {16, 1, mostPixels}, "Side of the square.", "pixels"),
    wholeField("holes", "Holes", {1, 1, 64}, "Number of squares."),
    chanceField(1, "Share of the examples that are treated so."),
    fillField("Brightness of the square, from black to white.")};

/// The middle is any pixel, so that a part of the square may lie outside.
void apply(TransformContext& context) {
    if (!happens(context) || context.example.images.empty()) return;
    const Attrs& attrs = context.attrs;
    const int64_t size = attrs.integer("size");
    const Shape first = context.example.images[0].shape;
    for (int64_t hole = 0; hole < attrs.integer("holes"); ++hole) {
        const int64_t top = drawnWhole(context.rng, 0, first[1] - 1) - size / 2;
        const int64_t left = drawnWhole(context.rng, 0, first[2] - 1) - size / 2;
        for (WorkedImage& image : context.example.images)
            fillPiece(image, {top, left}, size, size, fillOf(attrs));
    }
}

}  // namespace

extern const TransformDescriptor descriptor;
constinit const TransformDescriptor descriptor{
    .id = "cutout",
    .title = "Cutout",
    .summary = "Blots out a square.",
    .group = TransformGroup::Noise,
    .fields = fields,
    .apply = apply,
};

}  // namespace vitrine::transforms::cutout

// SPDX-License-Identifier: Apache-2.0
// Transform "pad_crop": a border around the image, then a piece of its old size from anywhere.
#include <algorithm>

#include "core/data/transform.h"

namespace vitrine::transforms::pad_crop {

namespace {

constexpr FieldSpec fields[] = {{.id = "padding",
                                 .title = "Padding",
                                 .type = FieldType::Int,
                                 .defaultNumber = 4,
                                 .minimum = 0,
                                 .maximum = 4096,
                                 .unit = "pixels",
                                 .help = "Width of the black border on each side; the image moves "
                                         "by at most as much."}};

/// y[i, j] = x[i + dy, j + dx], and 0 where x has none.
void shift(WorkedImage& image, int64_t dy, int64_t dx) {
    const int64_t height = image.shape[1], width = image.shape[2];
    const std::vector<uint8_t> from = image.pixels;
    std::ranges::fill(image.pixels, uint8_t{0});
    const int64_t left = std::clamp<int64_t>(-dx, 0, width),
                  right = std::clamp<int64_t>(width - dx, 0, width);
    if (left >= right) return;
    for (int64_t c = 0; c < image.shape[0]; ++c)
        for (int64_t y = std::max<int64_t>(0, -dy); y < std::min(height, height - dy); ++y)
            std::copy_n(from.begin() + (c * height + y + dy) * width + left + dx, right - left,
                        image.pixels.begin() + (c * height + y) * width + left);
}

/// Offsets from 0 to twice the padding, the vertical one first.
void apply(TransformContext& context) {
    const int64_t padding = context.attrs.integer("padding");
    const auto offset = [&] {
        return static_cast<int64_t>(context.rng.below(static_cast<uint32_t>(2 * padding + 1))) -
               padding;
    };
    const int64_t dy = offset(), dx = offset();
    for (WorkedImage& image : context.example.images) shift(image, dy, dx);
}

}  // namespace

extern const TransformDescriptor descriptor;
constinit const TransformDescriptor descriptor{
    .id = "pad_crop",
    .title = "Pad and crop",
    .summary = "Moves images by some pixels at random; what comes in is black.",
    .group = TransformGroup::Geometry,
    .fields = fields,
    .apply = apply,
};

}  // namespace vitrine::transforms::pad_crop

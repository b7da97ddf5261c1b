// SPDX-License-Identifier: Apache-2.0
// Data format "scribbles": strokes on a textured ground, and masks of where they are. Needs no
// files.
#include "core/data/drawn_dataset.h"
#include "core/data/strokes/scribble_image.h"

namespace vitrine::formats::scribbles {

namespace {

using vitrine::strokes::drawScribbleImage;
using vitrine::strokes::ScribbleLooks;
using vitrine::strokes::scribblePixels;
using vitrine::strokes::scribbleSide;

constexpr FieldSpec fields[] = {
    trainCountField("Training images", 10000),
    testCountField("Test images", 1000),
    {.id = "texture",
     .title = "Texture",
     .type = FieldType::Real,
     .defaultNumber = 1,
     .minimum = 0,
     .maximum = 2,
     .help = "Contrast of the patterns; 0 gives plain strokes on plain ground. From 0.5 on a "
             "quarter of the images have strokes as bright as the ground."},
    {.id = "noise",
     .title = "Noise",
     .type = FieldType::Real,
     .defaultNumber = 0.03,
     .minimum = 0,
     .maximum = 1,
     .help = "Standard deviation of each pixel's brightness, where 1 is from black to white."},
};

constexpr ColumnSpec columns[] = {
    {.name = "image", .dtype = DType::U8, .help = "Strokes and ground in shades of grey."},
    {.name = "mask", .dtype = DType::U8, .help = "255 where a stroke is, else 0."}};

Result<Dataset> open(const Attrs& attrs, const DataRequest& request) {
    const Shape size{1, scribbleSide, scribbleSide};
    DrawnFormat format{.id = "scribbles"};
    format.columns = {{.name = "image", .dtype = DType::U8, .shape = size},
                      {.name = "mask", .dtype = DType::U8, .shape = size}};
    const ScribbleLooks looks{static_cast<float>(attrs.real("texture")),
                              static_cast<float>(attrs.real("noise"))};
    format.draw = [looks, seed = request.seed](uint64_t index, std::span<std::byte> record) {
        drawScribbleImage(seed, index, looks, pixelsOf<scribblePixels>(record),
                          pixelsOf<scribblePixels>(record, scribblePixels));
    };
    return openDrawn(std::move(format), attrs, request);
}

}  // namespace

extern const DataFormatDescriptor descriptor;
constinit const DataFormatDescriptor descriptor{
    .id = "scribbles",
    .title = "Scribbles",
    .summary =
        "Strokes on a textured ground, generated: 32×32, with masks of where they are; no "
        "files needed.",
    .columns = columns,
    .fields = fields,
    .needsFolder = false,
    .open = open,
};

}  // namespace vitrine::formats::scribbles

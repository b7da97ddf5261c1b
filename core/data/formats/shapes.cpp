// SPDX-License-Identifier: Apache-2.0
// Data format "shapes": coloured circles, squares, triangles and others. Needs no files.
#include <cstring>

#include "core/data/drawn_dataset.h"
#include "core/data/shapes/shape_image.h"

namespace vitrine::formats::shapes {

namespace {

using vitrine::shapes::drawShapeImage;
using vitrine::shapes::imagePixels;
using vitrine::shapes::imageSide;
using vitrine::shapes::ShapeLooks;

constexpr FieldSpec fields[] = {
    trainCountField("Training images", 10000),
    testCountField("Test images", 2000),
    {.id = "variety",
     .title = "Variety",
     .type = FieldType::Real,
     .defaultNumber = 1,
     .minimum = 0,
     .maximum = 1,
     .help = "How far sizes, places and directions differ; 0 gives shapes that are all alike."},
    {.id = "noise",
     .title = "Noise",
     .type = FieldType::Real,
     .defaultNumber = 0.03,
     .minimum = 0,
     .maximum = 1,
     .help = "Standard deviation of each pixel's brightness, where 1 is from black to white."},
};

constexpr ColumnSpec columns[] = {
    {.name = "image", .dtype = DType::U8, .help = "Red, green and blue pixels, 3×32×32."},
    {.name = "label", .dtype = DType::I32, .help = "Which shape it is."}};

Result<Dataset> open(const Attrs& attrs, const DataRequest& request) {
    DrawnFormat format{.id = "shapes"};
    format.columns = {{.name = "image", .dtype = DType::U8, .shape = {3, imageSide, imageSide}},
                      {.name = "label", .dtype = DType::I32}};
    for (const std::string_view name : vitrine::shapes::shapeNames)
        format.columns[1].classes.emplace_back(name);
    const ShapeLooks looks{static_cast<float>(attrs.real("variety")),
                           static_cast<float>(attrs.real("noise"))};
    format.draw = [looks, seed = request.seed](uint64_t index, std::span<std::byte> record) {
        const int32_t shape = drawShapeImage(seed, index, looks, pixelsOf<imagePixels>(record));
        std::memcpy(&record[imagePixels], &shape, sizeof shape);
    };
    return openDrawn(std::move(format), attrs, request);
}

}  // namespace

extern const DataFormatDescriptor descriptor;
constinit const DataFormatDescriptor descriptor{
    .id = "shapes",
    .title = "Shapes",
    .summary =
        "Coloured circles, squares, triangles, rings, crosses and stars, generated: 32×32; "
        "no files needed.",
    .columns = columns,
    .fields = fields,
    .needsFolder = false,
    .open = open,
};

}  // namespace vitrine::formats::shapes

// SPDX-License-Identifier: Apache-2.0
// Data format "gratings": stripes, and their direction as a class and as a number. Needs no files.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstring>
#include <numbers>

#include "core/data/drawn_dataset.h"
#include "core/data/shapes/grating_image.h"

namespace vitrine::formats::gratings {

namespace {

using vitrine::shapes::drawGratingImage;
using vitrine::shapes::Grating;
using vitrine::shapes::gratingDirections;
using vitrine::shapes::GratingLooks;
using vitrine::shapes::gratingPixels;
using vitrine::shapes::gratingSide;

constexpr FieldSpec fields[] = {
    trainCountField("Training images", 10000),
    testCountField("Test images", 2000),
    {.id = "spread",
     .title = "Spread",
     .type = FieldType::Real,
     .defaultNumber = 0,
     .minimum = 0,
     .maximum = 1,
     .help = "How far directions differ within a class: 0 gives eight directions, 1 all between "
             "them too."},
    {.id = "noise",
     .title = "Noise",
     .type = FieldType::Real,
     .defaultNumber = 0.1,
     .minimum = 0,
     .maximum = 1,
     .help = "Standard deviation of each pixel's brightness, where 1 is from black to white."},
};

constexpr ColumnSpec columns[] = {
    {.name = "image", .dtype = DType::U8, .help = "Stripes in shades of grey."},
    {.name = "label", .dtype = DType::I32, .help = "The direction, in steps of 22.5°."},
    {.name = "orientation",
     .dtype = DType::F32,
     .help = "Cosine and sine of twice the direction: stripes that are turned by 180° are the "
             "same."}};

Result<Dataset> open(const Attrs& attrs, const DataRequest& request) {
    DrawnFormat format{.id = "gratings"};
    format.columns = {{.name = "image", .dtype = DType::U8, .shape = {1, gratingSide, gratingSide}},
                      {.name = "label", .dtype = DType::I32},
                      {.name = "orientation", .dtype = DType::F32, .shape = {2}}};
    for (int i = 0; i < gratingDirections; ++i)
        format.columns[1].classes.push_back(fmt::format("{}°", 180.0 / gratingDirections * i));
    const GratingLooks looks{static_cast<float>(attrs.real("spread")),
                             static_cast<float>(attrs.real("noise"))};
    format.draw = [looks, seed = request.seed](uint64_t index, std::span<std::byte> record) {
        const Grating grating =
            drawGratingImage(seed, index, looks, pixelsOf<gratingPixels>(record));
        const double twice = 2 * double{grating.angle} * std::numbers::pi / 180;
        const std::array<float, 2> orientation{static_cast<float>(std::cos(twice)),
                                               static_cast<float>(std::sin(twice))};
        std::memcpy(&record[gratingPixels], &grating.direction, sizeof grating.direction);
        std::memcpy(&record[gratingPixels + sizeof grating.direction], orientation.data(),
                    sizeof orientation);
    };
    return openDrawn(std::move(format), attrs, request);
}

}  // namespace

extern const DataFormatDescriptor descriptor;
constinit const DataFormatDescriptor descriptor{
    .id = "gratings",
    .title = "Gratings",
    .summary =
        "Stripes of one direction, generated: 32×32, with the direction as a class and as "
        "numbers; no files needed.",
    .columns = columns,
    .fields = fields,
    .needsFolder = false,
    .open = open,
};

}  // namespace vitrine::formats::gratings

// SPDX-License-Identifier: Apache-2.0
// Data format "strokes": handwritten-looking digits, drawn when they are needed. Needs no files.
#include <fmt/format.h>

#include <array>
#include <cstring>

#include "core/data/drawn_dataset.h"
#include "core/data/formats/ink_fields.h"
#include "core/data/strokes/digit_image.h"

namespace vitrine::formats::strokes {

namespace {

using vitrine::strokes::drawDigitImage;
using vitrine::strokes::imageSide;
using vitrine::strokes::Looks;
using vitrine::strokes::pixelCount;

constexpr FieldSpec fields[] = {
    trainCountField("Training images", 60000),
    testCountField("Test images", 10000),
    distortionField,
    inkNoiseField,
};

constexpr ColumnSpec columns[] = {
    {.name = "image", .dtype = DType::U8, .help = "The digit, 255 where there is ink."},
    {.name = "label", .dtype = DType::I32, .help = "Which digit it is."},
    {.name = "parity", .dtype = DType::I32, .help = "Whether the digit is even or odd."}};

Result<Dataset> open(const Attrs& attrs, const DataRequest& request) {
    DrawnFormat format{.id = "strokes"};
    format.columns = {{.name = "image", .dtype = DType::U8, .shape = {1, imageSide, imageSide}},
                      {.name = "label", .dtype = DType::I32},
                      {.name = "parity", .dtype = DType::I32, .classes = {"even", "odd"}}};
    for (int digit = 0; digit < 10; ++digit)
        format.columns[1].classes.push_back(fmt::format("{}", digit));
    const Looks looks{static_cast<float>(attrs.real("distortion")),
                      static_cast<float>(attrs.real("noise"))};
    format.draw = [looks, seed = request.seed](uint64_t index, std::span<std::byte> record) {
        const int32_t digit = drawDigitImage(seed, index, looks, pixelsOf<pixelCount>(record));
        const std::array<int32_t, 2> numbers{digit, digit % 2};
        std::memcpy(&record[pixelCount], numbers.data(), sizeof numbers);
    };
    return openDrawn(std::move(format), attrs, request);
}

}  // namespace

extern const DataFormatDescriptor descriptor;
constinit const DataFormatDescriptor descriptor{
    .id = "strokes",
    .title = "Strokes",
    .summary = "Handwritten-looking digits, generated: 28×28, any number of them, no files needed.",
    .columns = columns,
    .fields = fields,
    .needsFolder = false,
    .open = open,
};

}  // namespace vitrine::formats::strokes

// SPDX-License-Identifier: Apache-2.0
// Data format "digit_pairs": two of the built-in digits, and whether they are the same digit. Needs
// no files.
#include <cstring>

#include "core/data/drawn_dataset.h"
#include "core/data/formats/ink_fields.h"
#include "core/data/strokes/digit_pair.h"

namespace vitrine::formats::digit_pairs {

namespace {

using vitrine::strokes::drawDigitPair;
using vitrine::strokes::imageSide;
using vitrine::strokes::Looks;
using vitrine::strokes::pixelCount;

constexpr FieldSpec fields[] = {
    trainCountField("Training pairs", 60000),
    testCountField("Test pairs", 4000),
    distortionField,
    inkNoiseField,
};

constexpr ColumnSpec columns[] = {
    {.name = "first", .dtype = DType::U8, .help = "A digit, 255 where there is ink."},
    {.name = "second", .dtype = DType::U8, .help = "A digit, written another time."},
    {.name = "same", .dtype = DType::I32, .help = "Whether both are the same digit."}};

Result<Dataset> open(const Attrs& attrs, const DataRequest& request) {
    const Shape size{1, imageSide, imageSide};
    DrawnFormat format{.id = "digit_pairs", .examples = "pairs"};
    format.columns = {{.name = "first", .dtype = DType::U8, .shape = size},
                      {.name = "second", .dtype = DType::U8, .shape = size},
                      {.name = "same", .dtype = DType::I32, .classes = {"different", "same"}}};
    const Looks looks{static_cast<float>(attrs.real("distortion")),
                      static_cast<float>(attrs.real("noise"))};
    format.draw = [looks, seed = request.seed](uint64_t index, std::span<std::byte> record) {
        const int32_t same = drawDigitPair(seed, index, looks, pixelsOf<pixelCount>(record),
                                           pixelsOf<pixelCount>(record, pixelCount));
        std::memcpy(&record[2 * pixelCount], &same, sizeof same);
    };
    return openDrawn(std::move(format), attrs, request);
}

}  // namespace

extern const DataFormatDescriptor descriptor;
constinit const DataFormatDescriptor descriptor{
    .id = "digit_pairs",
    .title = "Pairs of digits",
    .summary =
        "Two handwritten-looking digits each, generated: 28×28, half of them the same digit "
        "twice; no files needed.",
    .columns = columns,
    .fields = fields,
    .needsFolder = false,
    .open = open,
};

}  // namespace vitrine::formats::digit_pairs

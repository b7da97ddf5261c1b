// SPDX-License-Identifier: Apache-2.0
// Data format "pointers": strokes that run from a thick begin to a thin end, and their directions.
// Needs no files.
#include <array>
#include <cstring>

#include "core/data/drawn_dataset.h"
#include "core/data/formats/ink_fields.h"
#include "core/data/strokes/pointer_image.h"

namespace vitrine::formats::pointers {

namespace {

using vitrine::strokes::drawPointerImage;
using vitrine::strokes::imageSide;
using vitrine::strokes::pixelCount;
using vitrine::strokes::PointerLooks;

constexpr FieldSpec fields[] = {
    trainCountField("Training images", 20000),
    testCountField("Test images", 2000),
    {.id = "bend",
     .title = "Bend",
     .type = FieldType::Real,
     .defaultNumber = 1,
     .minimum = 0,
     .maximum = 3,
     .help = "How far strokes depart from straight lines; 0 gives straight ones."},
    inkNoiseField,
};

constexpr ColumnSpec columns[] = {
    {.name = "image", .dtype = DType::U8, .help = "The stroke, 255 where there is ink."},
    {.name = "direction",
     .dtype = DType::F32,
     .help = "Cosine and sine of the direction from the thick begin to the thin end; x to the "
             "right, y down."}};

Result<Dataset> open(const Attrs& attrs, const DataRequest& request) {
    DrawnFormat format{.id = "pointers"};
    format.columns = {{.name = "image", .dtype = DType::U8, .shape = {1, imageSide, imageSide}},
                      {.name = "direction", .dtype = DType::F32, .shape = {2}}};
    const PointerLooks looks{static_cast<float>(attrs.real("bend")),
                             static_cast<float>(attrs.real("noise"))};
    format.draw = [looks, seed = request.seed](uint64_t index, std::span<std::byte> record) {
        const auto [cos, sin] = drawPointerImage(seed, index, looks, pixelsOf<pixelCount>(record));
        const std::array<float, 2> numbers{cos, sin};
        std::memcpy(&record[pixelCount], numbers.data(), sizeof numbers);
    };
    return openDrawn(std::move(format), attrs, request);
}

}  // namespace

extern const DataFormatDescriptor descriptor;
constinit const DataFormatDescriptor descriptor{
    .id = "pointers",
    .title = "Pointers",
    .summary =
        "Strokes that thin out towards where they point, generated: 28×28, with their "
        "directions; no files needed.",
    .columns = columns,
    .fields = fields,
    .needsFolder = false,
    .open = open,
};

}  // namespace vitrine::formats::pointers

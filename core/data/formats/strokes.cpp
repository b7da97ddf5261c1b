// SPDX-License-Identifier: Apache-2.0
// Data format "strokes": handwritten-looking digits, drawn when they are needed. Needs no files.
#include <fmt/format.h>

#include <array>

#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/data/data_identity.h"
#include "core/data/dataset.h"
#include "core/data/strokes/digit_image.h"

namespace vitrine::formats::strokes {

namespace {

using vitrine::strokes::drawDigitImage;
using vitrine::strokes::imageSide;
using vitrine::strokes::Looks;
using vitrine::strokes::pixelCount;

constexpr std::array<FieldSpec, 4> fields{{
    {.id = "train",
     .title = "Training images",
     .type = FieldType::Int,
     .defaultNumber = 60000,
     .minimum = 1,
     .maximum = 10'000'000,
     .help = "How many images are generated for training."},
    {.id = "test",
     .title = "Test images",
     .type = FieldType::Int,
     .defaultNumber = 10000,
     .minimum = 1,
     .maximum = 10'000'000,
     .help = "How many images are generated for testing; none of them is a training image."},
    {.id = "distortion",
     .title = "Distortion",
     .type = FieldType::Real,
     .defaultNumber = 1,
     .minimum = 0,
     .maximum = 3,
     .help = "How far the hand departs from the skeletons; 0 gives the skeletons themselves."},
    {.id = "noise",
     .title = "Noise",
     .type = FieldType::Real,
     .defaultNumber = 0.02,
     .minimum = 0,
     .maximum = 1,
     .help = "Standard deviation of the ink's brightness, where 1 is from black to white."},
}};

/// Test images continue far behind all training images, so that neither count changes the other's
/// pictures.
constexpr uint64_t firstTestIndex = uint64_t{1} << 32;

/// Of the pictures: raised when the same fields and seed give others.
constexpr int generatorVersion = 1;

Result<void> checkMemory(int64_t count, const DataRequest& request) {
    const int64_t needed = DrawnImages::bytesNeeded(count, pixelCount);
    const int64_t there = request.memoryBytes > 0 ? request.memoryBytes : availableMemory();
    if (needed <= there) return {};
    return Error{"H02",
                 fmt::format("{} images need {}, and {} of memory are there",
                             fmt::group_digits(count), sizeText(needed), sizeText(there)),
                 {},
                 "Nothing was made.",
                 fmt::format("Ask for at most {} images.",
                             fmt::group_digits(there / DrawnImages::bytesNeeded(1, pixelCount)))};
}

/// The system has less to give than it said.
Error refusedMemory(int64_t count) {
    return {"H02",
            fmt::format("{} images need {}, and the system does not give them",
                        fmt::group_digits(count),
                        sizeText(DrawnImages::bytesNeeded(count, pixelCount))),
            {},
            "Nothing was made.",
            "Ask for fewer images, or close other programs."};
}

/// Training images first, test images behind them.
DrawnImages::Draw drawing(const Attrs& attrs, uint64_t seed) {
    const Looks looks{static_cast<float>(attrs.real("distortion")),
                      static_cast<float>(attrs.real("noise"))};
    const int64_t train = attrs.integer("train");
    return [=](int64_t index, std::span<uint8_t> pixels) {
        const uint64_t image = index < train
                                   ? static_cast<uint64_t>(index)
                                   : firstTestIndex + static_cast<uint64_t>(index - train);
        return drawDigitImage(seed, image, looks, pixels.first<pixelCount>());
    };
}

Result<Dataset> open(const Attrs& attrs, const DataRequest& request) {
    const int64_t train = attrs.integer("train"), test = attrs.integer("test");
    if (request.stop.stop_requested()) return stoppedError();
    VITRINE_TRY(checkMemory(train + test, request));
    const auto images = DrawnImages::create({.count = train + test,
                                             .imageBytes = pixelCount,
                                             .draw = drawing(attrs, request.seed),
                                             .threads = request.threads,
                                             .stop = request.stop});
    if (!images) return refusedMemory(train + test);
    Dataset set;
    set.train = {train, 1, imageSide, imageSide, {}, {}, images, 0};
    set.test = {test, 1, imageSide, imageSide, {}, {}, images, train};
    for (int digit = 0; digit < 10; ++digit) set.classNames.push_back(fmt::format("{}", digit));
    DataIdentity identity("strokes", attrs);
    identity.addGenerator(generatorVersion, request.seed);
    set.fingerprint = identity.text(set);
    if (request.progress) request.progress(1.0);
    return set;
}

}  // namespace

extern const DataFormatDescriptor descriptor;
constinit const DataFormatDescriptor descriptor{
    .id = "strokes",
    .title = "Strokes",
    .summary = "Handwritten-looking digits, generated: 28×28, any number of them, no files needed.",
    .fields = fields,
    .needsFolder = false,
    .open = open,
};

}  // namespace vitrine::formats::strokes

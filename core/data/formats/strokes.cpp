// SPDX-License-Identifier: Apache-2.0
// Data format "strokes": handwritten-looking digits, generated. Needs no files.
#include <fmt/format.h>
#include <tbb/blocked_range.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <array>

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

ImageSet generate(int64_t count, uint64_t seed, uint64_t firstIndex, const Looks& looks) {
    ImageSet set{count, 1, imageSide, imageSide, {}, {}};
    set.pixels.resize(static_cast<size_t>(count * pixelCount));
    set.labels.resize(static_cast<size_t>(count));
    constexpr size_t imagesAtOnce = 64;
    tbb::parallel_for(tbb::blocked_range<size_t>(0, static_cast<size_t>(count), imagesAtOnce),
                      [&](const tbb::blocked_range<size_t>& range) {
                          for (size_t i = range.begin(); i != range.end(); ++i) {
                              const std::span<uint8_t, pixelCount> pixels(
                                  &set.pixels[i * pixelCount], pixelCount);
                              set.labels[i] = drawDigitImage(seed, firstIndex + i, looks, pixels);
                          }
                      });
    return set;
}

Result<Dataset> open(const Attrs& attrs, const DataRequest& request) {
    const Looks looks{static_cast<float>(attrs.real("distortion")),
                      static_cast<float>(attrs.real("noise"))};
    const int64_t train = attrs.integer("train"), test = attrs.integer("test");
    const auto report = [&](double share) {
        if (request.progress) request.progress(share);
    };
    Dataset set;
    // More threads than cores would only make oneTBB complain.
    tbb::task_arena arena(std::clamp(request.threads, 1, tbb::info::default_concurrency()));
    arena.execute([&] { set.train = generate(train, request.seed, 0, looks); });
    report(static_cast<double>(train) / static_cast<double>(train + test));
    arena.execute([&] { set.test = generate(test, request.seed, firstTestIndex, looks); });
    report(1);
    for (int digit = 0; digit < 10; ++digit) set.classNames.push_back(fmt::format("{}", digit));
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

// SPDX-License-Identifier: Apache-2.0
// Data format "strokes": handwritten-looking digits, generated. Needs no files.
#include <fmt/format.h>
#include <tbb/blocked_range.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <array>

#include "core/base/file.h"
#include "core/base/memory.h"
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

/// Appends `count` images to a set whose first one is image `firstIndex` of the hand.
void drawNext(ImageSet& set, int64_t count, uint64_t seed, uint64_t firstIndex,
              const Looks& looks) {
    const size_t first = set.labels.size(), end = first + static_cast<size_t>(count);
    set.pixels.resize(end * pixelCount);
    set.labels.resize(end);
    constexpr size_t imagesAtOnce = 64;
    tbb::parallel_for(tbb::blocked_range<size_t>(first, end, imagesAtOnce),
                      [&](const tbb::blocked_range<size_t>& range) {
                          for (size_t i = range.begin(); i != range.end(); ++i) {
                              const std::span<uint8_t, pixelCount> pixels(
                                  &set.pixels[i * pixelCount], pixelCount);
                              set.labels[i] = drawDigitImage(seed, firstIndex + i, looks, pixels);
                          }
                      });
}

/// Draws both sets, a few milliseconds' work at a time.
class Drawing {
  public:
    Drawing(const Attrs& attrs, const DataRequest& request)
        : m_request(request),
          m_looks{static_cast<float>(attrs.real("distortion")),
                  static_cast<float>(attrs.real("noise"))},
          m_train(attrs.integer("train")),
          m_test(attrs.integer("test")),
          // More threads than cores would only make oneTBB complain.
          m_arena(std::clamp(request.threads, 1, tbb::info::default_concurrency())) {}

    Result<Dataset> run() {
        VITRINE_TRY(checkMemory());
        Dataset set;
        VITRINE_TRY(draw(set.train, m_train, 0));
        VITRINE_TRY(draw(set.test, m_test, firstTestIndex));
        for (int digit = 0; digit < 10; ++digit) set.classNames.push_back(fmt::format("{}", digit));
        return set;
    }

  private:
    Result<void> checkMemory() const {
        const int64_t needed = (m_train + m_test) * bytesPerImage;
        const int64_t there = m_request.memoryBytes > 0 ? m_request.memoryBytes : availableMemory();
        if (needed <= there) return {};
        return Error{"H02",
                     fmt::format("{} images need {}, and {} of memory are there", m_train + m_test,
                                 sizeText(needed), sizeText(there)),
                     {},
                     "Nothing was made.",
                     fmt::format("Ask for at most {} images.", there / bytesPerImage)};
    }

    Result<void> draw(ImageSet& set, int64_t count, uint64_t firstIndex) {
        constexpr int64_t imagesAtOnce = 2048;
        set = {count, 1, imageSide, imageSide, {}, {}};
        set.pixels.reserve(static_cast<size_t>(count * pixelCount));
        set.labels.reserve(static_cast<size_t>(count));
        for (int64_t done = 0; done < count; done += imagesAtOnce) {
            if (m_request.stop.stop_requested()) return stoppedError();
            const int64_t now = std::min(imagesAtOnce, count - done);
            m_arena.execute([&] { drawNext(set, now, m_request.seed, firstIndex, m_looks); });
            m_done += now;
            if (m_request.progress)
                m_request.progress(static_cast<double>(m_done) /
                                   static_cast<double>(m_train + m_test));
        }
        return {};
    }

    static constexpr int64_t bytesPerImage = pixelCount + sizeof(int32_t);
    const DataRequest& m_request;
    const Looks m_looks;
    const int64_t m_train, m_test;
    tbb::task_arena m_arena;
    int64_t m_done = 0;
};

Result<Dataset> open(const Attrs& attrs, const DataRequest& request) {
    return Drawing(attrs, request).run();
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

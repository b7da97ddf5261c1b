// SPDX-License-Identifier: Apache-2.0
// Plain colours.
#include "tests/gui/support/made_data.h"

namespace vitrine::test {

namespace {

ImageSet madeImages(int64_t count, int64_t channels) {
    ImageSet images{
        .count = count, .channels = channels, .height = 4, .width = 4, .pixels = {}, .labels = {}};
    for (int64_t i = 0; i < count; ++i) {
        images.pixels.insert(images.pixels.end(), static_cast<size_t>(images.imageBytes()),
                             static_cast<uint8_t>(i % 256));
        images.labels.push_back(static_cast<int32_t>(i % 3));
    }
    return images;
}

}  // namespace

std::shared_ptr<const Dataset> madeDataset(int64_t train, int64_t test, int64_t channels) {
    auto dataset = std::make_shared<Dataset>();
    dataset->train = madeImages(train, channels);
    dataset->test = madeImages(test, channels);
    dataset->classNames = {"ape", "bee", "cat"};
    return dataset;
}

}  // namespace vitrine::test

// SPDX-License-Identifier: Apache-2.0
// Plain colours.
#include "tests/gui/support/made_data.h"

#include "core/data/stored_examples.h"

namespace vitrine::test {

namespace {

ExampleSet madeExamples(int64_t count, int64_t channels) {
    const int64_t pixels = channels * 4 * 4;
    std::vector<uint8_t> images;
    std::vector<int32_t> labels;
    for (int64_t i = 0; i < count; ++i) {
        images.insert(images.end(), static_cast<size_t>(pixels), static_cast<uint8_t>(i % 256));
        labels.push_back(static_cast<int32_t>(i % 3));
    }
    auto stored = std::make_shared<StoredExamples>();
    stored->addNumbers<uint8_t>(images, pixels);
    stored->addNumbers<int32_t>(labels);
    return {count, std::move(stored), 0};
}

}  // namespace

std::shared_ptr<const Dataset> madeDataset(int64_t train, int64_t test, int64_t channels) {
    auto dataset = std::make_shared<Dataset>();
    dataset->columns = {{.name = "image", .dtype = DType::U8, .shape = {channels, 4, 4}},
                        {.name = "label", .dtype = DType::I32, .classes = {"ape", "bee", "cat"}}};
    dataset->train = madeExamples(train, channels);
    dataset->test = madeExamples(test, channels);
    return dataset;
}

}  // namespace vitrine::test

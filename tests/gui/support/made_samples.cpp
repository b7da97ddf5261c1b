// SPDX-License-Identifier: Apache-2.0
// Labels become examples.
#include "tests/gui/support/made_samples.h"

#include "core/data/stored_examples.h"

namespace vitrine::test {

namespace {

ExampleSet labelled(const std::vector<int32_t>& labels) {
    std::vector<uint8_t> images;
    for (size_t i = 0; i < labels.size(); ++i)
        images.insert(images.end(), 16, static_cast<uint8_t>(i % 256));
    auto stored = std::make_shared<StoredExamples>();
    stored->addNumbers<uint8_t>(images, 16);
    stored->addNumbers<int32_t>(labels);
    return {std::ssize(labels), std::move(stored), 0};
}

}  // namespace

std::shared_ptr<const Dataset> labelledDataset(const std::vector<int32_t>& train,
                                               const std::vector<int32_t>& test) {
    auto dataset = std::make_shared<Dataset>();
    dataset->columns = {{.name = "image", .dtype = DType::U8, .shape = {1, 4, 4}},
                        {.name = "label", .dtype = DType::I32, .classes = {"ape", "bee", "cat"}}};
    dataset->train = labelled(train);
    dataset->test = labelled(test);
    return dataset;
}

std::shared_ptr<const gui::SampleTable> tableOf(std::shared_ptr<const Dataset> data,
                                                const std::vector<DataChange>& changes) {
    auto table = std::make_shared<gui::SampleTable>(data, 1);
    table->setClasses(gui::classesOf(*data, 1));
    table->setChanges(changes, {});
    return table;
}

}  // namespace vitrine::test

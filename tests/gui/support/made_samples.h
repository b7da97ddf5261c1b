// SPDX-License-Identifier: Apache-2.0
// Examples with labels and answers of a network that are written down in a line.
#pragma once

#include <memory>
#include <vector>

#include "gui/models/sample_query.h"

namespace vitrine::test {

/// Pictures of 4 × 4 whose pixels are all their number, with these labels of "ape", "bee", "cat".
/// Example i of the training part is `train i`.
std::shared_ptr<const Dataset> labelledDataset(const std::vector<int32_t>& train,
                                               const std::vector<int32_t>& test);
/// All classes are known; `changes` are made.
std::shared_ptr<const gui::SampleTable> tableOf(std::shared_ptr<const Dataset> data,
                                                const std::vector<DataChange>& changes = {});

}  // namespace vitrine::test

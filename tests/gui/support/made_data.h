// SPDX-License-Identifier: Apache-2.0
// A small data set made by a formula.
#pragma once

#include <memory>

#include "core/data/dataset.h"

namespace vitrine::test {

/// `train` and `test` images of 4 × 4 in three classes "ape", "bee", "cat"; image i has the label
/// i mod 3, and all its pixels are i mod 256.
std::shared_ptr<const Dataset> madeDataset(int64_t train, int64_t test, int64_t channels = 1);

}  // namespace vitrine::test

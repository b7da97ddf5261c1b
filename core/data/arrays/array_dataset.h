// SPDX-License-Identifier: Apache-2.0
// From arrays of inputs and labels to a data set: what formats of arrays have in common.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/field.h"
#include "core/base/result.h"
#include "core/data/arrays/array_store.h"
#include "core/data/dataset.h"

namespace vitrine {

struct LabelledArrays {
    KeptArray inputs;
    std::optional<KeptArray> targets = {};  ///< none: nothing is known of the inputs
};

struct ArrayParts {
    std::string format;  ///< id of the data format
    LabelledArrays train;
    std::optional<LabelledArrays> test = {};  ///< none: `test_share` of the training part
};

/// `attrs` has layoutField, valuesField, targetsField and testShareField. Errors: "N11", "I07",
/// "H02".
Result<Dataset> datasetOf(const ArrayParts& parts, const Attrs& attrs, const DataRequest& request);

}  // namespace vitrine

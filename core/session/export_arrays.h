// SPDX-License-Identifier: Apache-2.0
// What an exported model and its network are both asked with.
#pragma once

#include <string>
#include <vector>

#include "core/session/export_proof.h"
#include "core/session/inference.h"

namespace vitrine {

/// Numbers of a network's states, by their names. Errors: those of the device.
Result<KnownValues> statesOf(const Model& model);

struct ExportArrays {
    std::vector<NamedTensor> list;  ///< floats are as the network takes them
    std::string text;               ///< where they are from: `3 test examples of the data`
};

/// So many examples of the project's data, where they are there and fit; else drawn ones.
ExportArrays arraysFor(const Inference& network, int64_t batch);

/// What every node of a network gives for arrays that fit, by its id, as far as that takes no more
/// than 256 MB together. Errors: those of compiling and of the weights.
Result<KnownValues> nodeValuesOf(const ForeignNetwork& network, const std::string& weights,
                                 DType floatType, const Inference& live,
                                 std::span<const NamedTensor> arrays);

}  // namespace vitrine

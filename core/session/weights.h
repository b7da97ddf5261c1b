// SPDX-License-Identifier: Apache-2.0
// Weights of a network as a safetensors file.
#pragma once

#include <string>

#include "core/exec/state_layout.h"
#include "core/io/safetensors.h"

namespace vitrine {

/// Parameters and statistics, without optimiser slots: the file that other commands take. Its bytes
/// depend on the tensors only.
Result<void> saveWeights(const std::string& path, const StateLayout& layout,
                         const std::byte* states);
/// Fills parameters and statistics from a file. Errors: those of loadSafetensors; C02 listing what
/// differs; C05 (NaN).
Result<void> loadWeights(const std::string& path, const StateLayout& layout, std::byte* states);

}  // namespace vitrine

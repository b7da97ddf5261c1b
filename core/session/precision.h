// SPDX-License-Identifier: Apache-2.0
// What a run computes in, by its name: `fp32`, `fp64`; with tensor cores `tf32`, `bf16`, `fp16`.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "kernels/api/device.h"

namespace vitrine {

/// On any device the first two; the others round what products and convolutions multiply, and are
/// of GPUs.
std::vector<std::string> precisionNames(bool withGpu);
/// Those of 32 bits that a run on a GPU trains in, the one that rounds nothing first.
std::vector<std::string> trainingPrecisions();
/// Of GPUs alone.
bool roundsProducts(const std::string& precision);
/// Nothing is rounded for the names of the first two. Errors: "L06" naming what there is.
Result<kernels::ProductFormat> productFormatOf(const std::string& precision);

}  // namespace vitrine

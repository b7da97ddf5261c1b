// SPDX-License-Identifier: Apache-2.0
// Batch normalisation in use is a factor and a summand for each channel: the convolution in front
// of it can take both into its own weights.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/exec/evaluate.h"
#include "core/ir/program.h"

namespace vitrine::onnx {

using WeightsByName = std::map<std::string, Numbers, std::less<>>;

/// Joins each batch normalisation with the convolution whose result nobody else reads, in all
/// programs of one network alike. Weights of the joined ones come to `weights` under the
/// convolution's names; they are worked out in double precision. Gives how many went.
int64_t foldBatchNorms(std::vector<Program>& programs, WeightsByName& weights);

}  // namespace vitrine::onnx

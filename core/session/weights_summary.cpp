// SPDX-License-Identifier: Apache-2.0
// Counts.
#include "core/session/weights_summary.h"

#include "core/io/safetensors.h"

namespace vitrine {

Result<WeightsSummary> summariseWeights(const std::string& path) {
    const auto file = openSafetensors(path);
    if (!file) return file.error();
    WeightsSummary summary;
    summary.tensors = static_cast<int64_t>(file->tensors.size() + file->foreign.size());
    for (const TensorView& tensor : file->tensors)
        summary.numbers += static_cast<int64_t>(tensor.bytes.size()) * 8 / bitsOf(tensor.dtype);
    return summary;
}

}  // namespace vitrine

// SPDX-License-Identifier: Apache-2.0
// From what a pickle of PyTorch's holds to tensors with names: nested dictionaries are joined with
// points, the one that holds the weights is chosen, what else is there is listed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/data/pickle/pickle.h"
#include "core/io/weights/stored_tensor.h"

namespace vitrine {

/// Bytes of a storage by its key; nothing where there is none.
using TorchStorages =
    std::function<std::optional<std::span<const std::byte>>(std::string_view key)>;

struct TorchTensors {
    std::vector<StoredTensor> tensors;
    std::vector<std::string> others;
};
/// Errors: "G09" (a tensor has no storage, or reaches beyond it), "O25" (no tensors), "G06" (more
/// than 100,000).
Result<TorchTensors> torchTensors(const std::string& path, const PickleData& data, bool isBigEndian,
                                  const TorchStorages& storages);

/// Type of a storage's or tensor's elements by its name in PyTorch: `FloatStorage`, `float32`.
struct TorchType {
    std::string_view name;  ///< `float32`
    std::optional<DType> dtype;
    int64_t bytes = 1;
};
std::optional<TorchType> torchType(std::string_view name);

}  // namespace vitrine

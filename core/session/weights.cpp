// SPDX-License-Identifier: Apache-2.0
// Saving and loading of weights.
#include "core/session/weights.h"

#include <fmt/format.h>

#include <cstring>

#include "core/base/file.h"

namespace vitrine {

namespace {

bool isWeights(const StateLayout::Item& item) { return item.kind != StateKind::Slot; }

bool hasNonFinite(const TensorView& tensor) {
    if (tensor.dtype != DType::F32) return false;
    for (size_t at = 0; at + 4 <= tensor.bytes.size(); at += 4) {
        uint32_t bits = 0;
        std::memcpy(&bits, tensor.bytes.data() + at, 4);
        if ((bits & 0x7f800000u) == 0x7f800000u) return true;
    }
    return false;
}

}  // namespace

Result<void> saveWeights(const std::string& path, const StateLayout& layout,
                         const std::byte* states) {
    std::vector<TensorView> tensors;
    for (const StateLayout::Item& item : layout.items())
        if (isWeights(item))
            tensors.push_back({item.name,
                               item.dtype,
                               item.shape,
                               {states + item.offset, static_cast<size_t>(item.bytes())}});
    return saveSafetensors(path, tensors, {{"vitrine.kind", "weights"}});
}

Result<void> loadWeights(const std::string& path, const StateLayout& layout, std::byte* states) {
    auto file = loadSafetensors(path);
    if (!file) return file.error();
    std::string differing;
    for (const StateLayout::Item& item : layout.items()) {
        if (!isWeights(item)) continue;
        const TensorView* tensor = file->find(item.name);
        if (!tensor) {
            differing += fmt::format("\n  {}: the network wants {}, the file has none", item.name,
                                     item.shape.text());
        } else if (tensor->shape != item.shape || tensor->dtype != item.dtype) {
            differing += fmt::format("\n  {}: the network wants {} {}, the file has {} {}",
                                     item.name, name(item.dtype), item.shape.text(),
                                     name(tensor->dtype), tensor->shape.text());
        } else if (hasNonFinite(*tensor)) {
            return Error{"C05",
                         fmt::format("'{}': tensor '{}' holds NaN or infinite values",
                                     printable(path), item.name),
                         {},
                         "Nothing was loaded.",
                         "Take the weights of an earlier run."};
        }
    }
    if (!differing.empty())
        return Error{
            "C02",
            fmt::format("'{}' holds the weights of another network:{}", printable(path), differing),
            {},
            "Nothing was loaded.",
            "Name the weights of this project, or the project of these weights."};
    for (const StateLayout::Item& item : layout.items())
        if (isWeights(item))
            std::memcpy(states + item.offset, file->find(item.name)->bytes.data(),
                        static_cast<size_t>(item.bytes()));
    return {};
}

}  // namespace vitrine

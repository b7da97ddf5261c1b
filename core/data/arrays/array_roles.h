// SPDX-License-Identifier: Apache-2.0
// What arrays are by the names that people give them: images or labels, for training or testing.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace vitrine {

enum class ArrayPart : uint8_t { All, Train, Validation, Test };
enum class ArrayRole : uint8_t { Inputs, Targets };

struct ArrayUse {
    ArrayPart part = ArrayPart::All;
    ArrayRole role = ArrayRole::Inputs;
    bool operator==(const ArrayUse&) const = default;
};

/// `train_images`, `x_train`, `X`, `val_labels`, `targets`, `kmnist-train-imgs`: in any case,
/// joined by whatever is no letter. Nothing: the name says nothing.
std::optional<ArrayUse> useOf(std::string_view name);

/// The first array of that use, or empty.
std::string arrayFor(std::span<const std::string> names, const ArrayUse& use);

}  // namespace vitrine

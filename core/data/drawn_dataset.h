// SPDX-License-Identifier: Apache-2.0
// Data sets that code draws: what formats of that kind have in common, so that a new one is its
// columns, its fields and the function that draws one example.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "core/data/dataset.h"

namespace vitrine {

/// Fields `train` and `test`, which every such format has.
constexpr FieldSpec trainCountField(std::string_view title, double usual) {
    return {.id = "train",
            .title = title,
            .type = FieldType::Int,
            .defaultNumber = usual,
            .minimum = 1,
            .maximum = 10'000'000,
            .help = "How many are generated for training."};
}
constexpr FieldSpec testCountField(std::string_view title, double usual) {
    return {.id = "test",
            .title = title,
            .type = FieldType::Int,
            .defaultNumber = usual,
            .minimum = 1,
            .maximum = 10'000'000,
            .help = "How many are generated for testing; none of them is in the training part."};
}

struct DrawnFormat {
    std::string_view id;                   ///< of the data format
    std::string_view examples = "images";  ///< what people call several of them
    /// Of the pictures: raised when the same fields and seed give others.
    int generatorVersion = 1;
    std::vector<Column> columns = {};
    /// Draws example `index` into `record`: its values, one column behind the other. Depends on
    /// nothing else; called by many threads at once. Test examples have indices far behind all
    /// training examples, so that neither count changes the other's pictures.
    std::function<void(uint64_t index, std::span<std::byte> record)> draw = {};
};

/// A set of `train` and `test` examples that are drawn when they are needed. Errors: H02 where
/// there is no memory for them, `stopped`.
Result<Dataset> openDrawn(DrawnFormat format, const Attrs& attrs, const DataRequest& request);

/// The bytes of a record as pixels, `count` of them from `first` on.
template <size_t count>
std::span<uint8_t, count> pixelsOf(std::span<std::byte> record, size_t first = 0) {
    const std::span<std::byte, count> part = record.subspan(first).first<count>();
    return std::span<uint8_t, count>(reinterpret_cast<uint8_t*>(part.data()), count);
}

}  // namespace vitrine

// SPDX-License-Identifier: Apache-2.0
// Small data sets in memory, and whole columns of any.
#pragma once

#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/data/stored_examples.h"

namespace vitrine::test {

/// `image` and `label`, as most data sets have them.
inline std::vector<Column> imageColumns(const Shape& image, int classes) {
    std::vector<Column> columns{{.name = "image", .dtype = DType::U8, .shape = image},
                                {.name = "label", .dtype = DType::I32}};
    for (int i = 0; i < classes; ++i) columns[1].classes.push_back(std::to_string(i));
    return columns;
}

/// Examples with these two columns: pixels of one image behind the other, and a label each.
inline ExampleSet labelledImages(std::span<const uint8_t> pixels, std::span<const int32_t> labels) {
    const auto count = static_cast<int64_t>(labels.size());
    if (count == 0) return {};
    auto stored = std::make_shared<StoredExamples>();
    stored->addNumbers(pixels, static_cast<int64_t>(pixels.size()) / count);
    stored->addNumbers(labels);
    return {count, std::move(stored), 0};
}

/// All bytes of a column, one value behind the other.
inline std::vector<uint8_t> pixelsOf(const ExampleSet& set, size_t column = 0) {
    std::vector<uint8_t> pixels;
    for (int64_t i = 0; i < set.count; ++i) {
        const std::span<const uint8_t> value = set.pixels(column, i);
        pixels.insert(pixels.end(), value.begin(), value.end());
    }
    return pixels;
}

/// All numbers of an I32 column.
inline std::vector<int32_t> labelsOf(const ExampleSet& set, size_t column = 1) {
    std::vector<int32_t> labels;
    for (int64_t i = 0; i < set.count; ++i) labels.push_back(set.number(column, i));
    return labels;
}

/// What a batch has of a column, as numbers.
template <class Number>
std::vector<Number> numbersIn(std::span<const std::byte> bytes) {
    std::vector<Number> numbers(bytes.size() / sizeof(Number));
    if (!bytes.empty()) std::memcpy(numbers.data(), bytes.data(), bytes.size());
    return numbers;
}

}  // namespace vitrine::test

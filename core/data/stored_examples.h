// SPDX-License-Identifier: Apache-2.0
// StoredExamples: values that are all in memory, a block for each column.
#pragma once

#include <vector>

#include "core/data/dataset.h"

namespace vitrine {

class StoredExamples : public ExampleSource {
  public:
    /// The next column: values of `bytesEach`, one behind the other.
    void addColumn(std::vector<std::byte> values, int64_t bytesEach) {
        m_columns.push_back({std::move(values), static_cast<size_t>(bytesEach)});
    }
    template <class Number>
    void addNumbers(std::span<const Number> numbers, int64_t each = 1) {
        const auto bytes = std::as_bytes(numbers);
        addColumn({bytes.begin(), bytes.end()}, each * static_cast<int64_t>(sizeof(Number)));
    }

    std::span<const std::byte> value(size_t column, int64_t index) override {
        const Block& block = m_columns[column];
        return std::span(block.values)
            .subspan(static_cast<size_t>(index) * block.bytesEach, block.bytesEach);
    }
    bool isAtHand(size_t) const override { return true; }

  private:
    struct Block {
        std::vector<std::byte> values;
        size_t bytesEach = 0;
    };
    std::vector<Block> m_columns;
};

}  // namespace vitrine

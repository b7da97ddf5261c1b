// SPDX-License-Identifier: Apache-2.0
// StoredExamples: values that are all in memory, a block for each column.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/data/dataset.h"

namespace vitrine {

class StoredExamples : public ExampleSource {
  public:
    /// The next column: values of `bytesEach`, one behind the other.
    void addColumn(std::vector<std::byte> values, int64_t bytesEach) {
        auto kept = std::make_shared<const std::vector<std::byte>>(std::move(values));
        addBorrowed(*kept, bytesEach, kept);
    }
    template <class Number>
    void addNumbers(std::span<const Number> numbers, int64_t each = 1) {
        const auto bytes = std::as_bytes(numbers);
        addColumn({bytes.begin(), bytes.end()}, each * static_cast<int64_t>(sizeof(Number)));
    }
    /// The next column: values that belong to `owner`, which is kept.
    void addBorrowed(std::span<const std::byte> values, int64_t bytesEach,
                     std::shared_ptr<const void> owner) {
        m_columns.push_back({values, static_cast<size_t>(bytesEach), std::move(owner)});
    }
    /// Examples are called `word 17`, by their places here, whatever part of them stands where.
    void setName(std::string word) { m_name = std::move(word); }
    /// What trouble() asks: whether borrowed values are still what they were.
    void setCheck(std::function<std::optional<Error>()> check) { m_check = std::move(check); }

    std::span<const std::byte> value(size_t column, int64_t index) override {
        const Block& block = m_columns[column];
        return block.values.subspan(static_cast<size_t>(index) * block.bytesEach, block.bytesEach);
    }
    bool isAtHand(size_t) const override { return true; }
    std::string nameOf(int64_t index) const override {
        return m_name.empty() ? std::string() : fmt::format("{} {}", m_name, index);
    }
    std::optional<Error> trouble() const override {
        return m_check ? m_check() : std::optional<Error>();
    }

  private:
    struct Block {
        std::span<const std::byte> values;
        size_t bytesEach = 0;
        std::shared_ptr<const void> owner;
    };
    std::vector<Block> m_columns;
    std::string m_name;
    std::function<std::optional<Error>()> m_check;
};

}  // namespace vitrine

// SPDX-License-Identifier: Apache-2.0
// Python's pickles, read as data: a fixed list of instructions and of classes; nothing is imported,
// nothing is called. What is not on the lists is refused by its name. Source: Python's pickletools,
// protocols 0 to 5, and what NumPy and PyTorch put into pickles.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/data/arrays/number_array.h"

namespace vitrine {

enum class PickleKind : uint8_t {
    None,
    Bool,
    Integer,
    Real,
    Text,  ///< str and bytes alike
    List,  ///< lists and tuples
    Dict,
    Class,  ///< one of the list, by its name
    DType,  ///< NumPy's name of a type of numbers
    Array,
    Storage,  ///< PyTorch's numbers by their name; `items` say what they are
    Tensor    ///< PyTorch's view of a storage; `items`: storage, offset, extents, strides, …
};

/// A value of a pickle; others are named by their places in PickleData.
struct PickleValue {
    PickleKind kind = PickleKind::None;
    int64_t integer = 0;
    double real = 0;
    std::string_view text = {};
    std::vector<uint32_t> items = {};  ///< of a dict keys and values, one after the other
    NumberArray array = {};
};

/// What a pickle holds. Borrows the bytes that it was read from.
class PickleData {
  public:
    const PickleValue& root() const { return m_values[m_root]; }
    const PickleValue& at(uint32_t place) const { return m_values[place]; }
    /// Places of all values, also of those that nothing leads to.
    uint32_t count() const { return static_cast<uint32_t>(m_values.size()); }
    /// The value of a key of a dict, or null.
    const PickleValue* find(const PickleValue& dict, std::string_view key) const;
    /// A list or an array of whole numbers; nothing where it is none.
    std::optional<std::vector<int64_t>> integers(const PickleValue& list) const;
    /// A list of text; nothing where it is none.
    std::optional<std::vector<std::string>> texts(const PickleValue& list) const;

  private:
    friend class PickleReader;
    std::deque<PickleValue> m_values;
    std::deque<std::string> m_made;  ///< text that does not lie in the pickle as it is
    uint32_t m_root = 0;
};

/// What a pickle is read for: which classes may stand in it, and how many values.
enum class PickleUse : uint8_t {
    Data,    ///< numbers as NumPy has them
    Tensors  ///< and PyTorch's tensors, where storages lie outside of the pickle
};

/// Errors: "F03" (an instruction or class that is not on the lists), "G09" (damaged or cut), "G06"
/// (more than 8 million values; of tensors 300,000 and one for each 40 bytes). `used`, where it is
/// given, becomes the number of bytes up to the pickle's end: another one may follow.
Result<PickleData> readPickle(std::string_view title, std::span<const std::byte> bytes,
                              PickleUse use = PickleUse::Data, size_t* used = nullptr);

/// Whether bytes begin as a pickle does, of protocols 2 to 5, or a dict of protocols 0 and 1.
bool looksLikePickle(std::span<const std::byte> bytes);

}  // namespace vitrine

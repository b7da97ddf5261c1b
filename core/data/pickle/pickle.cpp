// SPDX-License-Identifier: Apache-2.0
// Looking things up in what a pickle holds.
#include "core/data/pickle/pickle.h"

#include "core/data/pickle/pickle_reader.h"

namespace vitrine {

const PickleValue* PickleData::find(const PickleValue& dict, std::string_view key) const {
    if (dict.kind != PickleKind::Dict) return nullptr;
    const PickleValue* found = nullptr;  // the last that was set
    for (size_t i = 0; i + 1 < dict.items.size(); i += 2)
        if (at(dict.items[i]).kind == PickleKind::Text && at(dict.items[i]).text == key)
            found = &at(dict.items[i + 1]);
    return found;
}

std::optional<std::vector<int64_t>> PickleData::integers(const PickleValue& list) const {
    if (list.kind == PickleKind::Array && !isFloat(list.array.type)) return integersOf(list.array);
    if (list.kind != PickleKind::List) return {};
    std::vector<int64_t> numbers;
    numbers.reserve(list.items.size());
    for (const uint32_t place : list.items) {
        if (at(place).kind != PickleKind::Integer) return {};
        numbers.push_back(at(place).integer);
    }
    return numbers;
}

std::optional<std::vector<std::string>> PickleData::texts(const PickleValue& list) const {
    if (list.kind != PickleKind::List) return {};
    std::vector<std::string> texts;
    for (const uint32_t place : list.items) {
        if (at(place).kind != PickleKind::Text) return {};
        texts.emplace_back(at(place).text);
    }
    return texts;
}

Result<PickleData> readPickle(std::string_view title, std::span<const std::byte> bytes,
                              PickleUse use, size_t* used) {
    PickleReader reader(title, bytes, use);
    auto data = reader.read();
    if (used) *used = reader.used();
    return data;
}

bool looksLikePickle(std::span<const std::byte> bytes) {
    if (bytes.size() < 3) return false;
    const auto first = std::to_integer<unsigned>(bytes[0]),
               second = std::to_integer<unsigned>(bytes[1]);
    if (first == 0x80) return second >= 2 && second <= 5;
    return (first == '(' && second == 'd') || (first == '}' && second == 'q');
}

}  // namespace vitrine

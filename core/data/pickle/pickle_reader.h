// SPDX-License-Identifier: Apache-2.0
// PickleReader: the stack on which the instructions of a pickle put their values.
#pragma once

#include <unordered_map>

#include "core/data/arrays/little_endian.h"
#include "core/data/pickle/pickle.h"
#include "core/data/pickle/pickle_classes.h"

namespace vitrine {

class PickleReader {
  public:
    PickleReader(std::string_view title, std::span<const std::byte> bytes, PickleUse use)
        : m_title(title), m_bytes(bytes), m_at(bytes), m_use(use) {}

    Result<PickleData> read();
    size_t used() const { return m_place; }

  private:
    using Place = uint32_t;

    Error refused(std::string why) const;
    Error damaged(std::string_view why) const;
    bool isOver() const { return m_trouble.has_value(); }
    void fail(Error error) {
        if (!m_trouble) m_trouble = std::move(error);
    }

    // What follows gives something harmless once there is trouble.
    void step(unsigned char code);
    bool stepNumber(unsigned char code);
    bool stepText(unsigned char code);
    bool stepContainer(unsigned char code);
    bool stepExtend(unsigned char code);
    bool stepMemo(unsigned char code);
    bool stepClass(unsigned char code);

    uint64_t takeNumber(size_t bytes);
    std::string_view takeText(uint64_t bytes);
    std::string_view takeLine();

    Place add(PickleValue value);
    void push(PickleValue value) { m_stack.push_back(add(std::move(value))); }
    void pushText(std::string_view text) { push({.kind = PickleKind::Text, .text = text}); }
    void pushMadeText(std::optional<std::string> text);
    void pushInteger(int64_t number) { push({.kind = PickleKind::Integer, .integer = number}); }
    void pushLineNumber(bool isLong);
    void pushLong(std::string_view bytes);
    void pushLarge(std::string_view bytes);
    void pushClass(std::string_view module, std::string_view name);
    void pushList(std::vector<Place> items) {
        push({.kind = PickleKind::List, .items = std::move(items)});
    }
    Place pop();
    Place top();
    std::vector<Place> popToMark();
    std::vector<Place> popSome(size_t count);
    void remember(uint64_t key);
    void recall(uint64_t key);
    void extend(Place container, const std::vector<Place>& items, PickleKind kind);

    void reduce();
    void make(PickleClass made, Place arguments);
    void makeOfTensors(PickleClass made, Place arguments);
    void build();
    void pushStorage(Place what);
    Error tooMany() const;
    size_t mostValues() const;
    void makeFromBuffer(const PickleValue& arguments);
    void makeScalar(const PickleValue& arguments);
    bool setArray(NumberArray& array, const PickleValue& shape, const PickleValue& type,
                  std::string_view bytes);
    const PickleValue* argument(const PickleValue& arguments, size_t index, PickleKind kind) const;

    const std::string_view m_title;
    const std::span<const std::byte> m_bytes;
    const LittleEndian m_at;
    const PickleUse m_use;
    uint64_t m_place = 0;
    size_t m_madeBytes = 0;
    PickleData m_data;
    std::vector<Place> m_stack;
    std::vector<size_t> m_marks;  ///< sizes of the stack
    std::unordered_map<uint64_t, Place> m_memo;
    std::optional<Error> m_trouble;
};

}  // namespace vitrine

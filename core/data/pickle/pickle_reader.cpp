// SPDX-License-Identifier: Apache-2.0
// The stack, the memory of values that are used again, and operands of instructions.
#include "core/data/pickle/pickle_reader.h"

#include <fmt/format.h>

#include <charconv>

#include "core/base/file.h"
#include "core/data/pickle/pickle_text.h"

namespace vitrine {

namespace {

constexpr unsigned char stop = '.';

}  // namespace

Error PickleReader::refused(std::string why) const {
    return {"F03",
            fmt::format("{}: {}", m_title, why),
            {},
            "Nothing was imported, and nothing of it was run.",
            m_use == PickleUse::Data
                ? "Save the data in another way, for example as arrays in an .npz file."
                : "Save the numbers alone: torch.save(model.state_dict(), 'weights.pt'), or as a "
                  "safetensors file."};
}

size_t PickleReader::mostValues() const {
    return m_use == PickleUse::Data ? 8'000'000 : 300'000 + m_bytes.size() / 40;
}

Error PickleReader::tooMany() const {
    return {"G06",
            fmt::format("{}: it has more than {} values", m_title, fmt::group_digits(mostValues())),
            {},
            "Nothing was imported.",
            m_use == PickleUse::Data ? "Save the data as arrays." : "Save it as safetensors."};
}

Error PickleReader::damaged(std::string_view why) const {
    return {"G09",
            fmt::format("{}: {} at byte {}", m_title, why, fmt::group_digits(m_place)),
            {},
            "Nothing was imported.",
            "Copy or unpack the file again."};
}

Result<PickleData> PickleReader::read() {
    for (;;) {
        const auto code = static_cast<unsigned char>(takeNumber(1));
        if (isOver()) return *m_trouble;
        if (code == stop) break;
        step(code);
        if (isOver()) return *m_trouble;
    }
    m_data.m_root = pop();
    if (isOver()) return *m_trouble;
    return std::move(m_data);
}

uint64_t PickleReader::takeNumber(size_t bytes) {
    if (!m_at.has(m_place, bytes)) {
        fail(damaged("the file ends in the middle of an instruction"));
        return 0;
    }
    uint64_t number = 0;
    for (size_t i = bytes; i-- > 0;)
        number = number << 8 | std::to_integer<uint64_t>(m_bytes[m_place + i]);
    m_place += bytes;
    return number;
}

std::string_view PickleReader::takeText(uint64_t bytes) {
    if (isOver()) return {};
    if (!m_at.has(m_place, bytes)) {
        fail(damaged(
            fmt::format("text of {} bytes passes the end of the file", fmt::group_digits(bytes))));
        return {};
    }
    const std::string_view text = m_at.text(m_place, bytes);
    m_place += bytes;
    return text;
}

std::string_view PickleReader::takeLine() {
    if (isOver()) return {};
    const std::string_view rest = m_at.text(m_place, m_bytes.size() - m_place);
    const size_t end = rest.find('\n');
    if (end == std::string_view::npos) {
        fail(damaged("a line has no end"));
        return {};
    }
    m_place += end + 1;
    return rest.substr(0, end);
}

PickleReader::Place PickleReader::add(PickleValue value) {
    if (m_data.m_values.size() >= mostValues()) {
        fail(tooMany());
        return 0;
    }
    m_data.m_values.push_back(std::move(value));
    return static_cast<Place>(m_data.m_values.size() - 1);
}

void PickleReader::pushMadeText(std::optional<std::string> text) {
    if (!text) fail(damaged("text has no quotes around it, or letters that are no bytes"));
    if (isOver()) return;
    // Each text is made once, unless a pickle was written to take memory.
    m_madeBytes += text->size();
    if (m_madeBytes > m_bytes.size()) return fail(refused("it makes more text than it holds"));
    m_data.m_made.push_back(*std::move(text));
    pushText(m_data.m_made.back());
}

void PickleReader::pushLineNumber(bool isLong) {
    std::string_view line = takeLine();
    if (!isLong && (line == "00" || line == "01")) {
        push({.kind = PickleKind::Bool, .integer = line == "01"});
        return;
    }
    if (isLong && line.ends_with('L')) line.remove_suffix(1);
    int64_t number = 0;
    const auto [end, failure] = std::from_chars(line.data(), line.data() + line.size(), number);
    if (failure != std::errc() || end != line.data() + line.size())
        fail(damaged("a number is none of 64 bits"));
    pushInteger(number);
}

void PickleReader::pushLong(std::string_view bytes) {
    if (bytes.size() > 8 && m_use == PickleUse::Tensors) return pushLarge(bytes);
    if (bytes.size() > 8) fail(damaged("a number has more than 64 bits"));
    if (isOver()) return;
    uint64_t number = !bytes.empty() && (bytes.back() & 0x80) ? ~uint64_t{0} : 0;
    for (size_t i = bytes.size(); i-- > 0;)
        number = number << 8 | static_cast<unsigned char>(bytes[i]);
    pushInteger(static_cast<int64_t>(number));
}

/// Seeds of PyTorch's have 64 bits without a sign, and nobody needs them here.
void PickleReader::pushLarge(std::string_view bytes) {
    double number = 0;
    for (size_t i = bytes.size(); i-- > 0;)
        number = number * 256 + static_cast<unsigned char>(bytes[i]);
    push({.kind = PickleKind::Real, .real = number});
}

void PickleReader::pushClass(std::string_view module, std::string_view name) {
    const auto known = pickleClassOf(module, name, m_use);
    if (!known && !isOver())
        fail(
            refused(fmt::format("it wants Python's '{}.{}', which is not on the list of what is "
                                "read; pickles can run code",
                                printable(module, 60), printable(name, 60))));
    if (isOver()) return;
    push({.kind = PickleKind::Class, .integer = static_cast<int64_t>(*known), .text = name});
}

PickleReader::Place PickleReader::top() {
    if (m_stack.size() <= (m_marks.empty() ? 0 : m_marks.back())) {
        fail(damaged("a value is missing"));
        return add({});
    }
    return m_stack.back();
}

PickleReader::Place PickleReader::pop() {
    const Place place = top();
    if (!isOver()) m_stack.pop_back();
    return place;
}

std::vector<PickleReader::Place> PickleReader::popSome(size_t count) {
    std::vector<Place> items(count);
    for (size_t i = count; i-- > 0;) items[i] = pop();
    return items;
}

std::vector<PickleReader::Place> PickleReader::popToMark() {
    if (m_marks.empty()) {
        fail(damaged("a mark is missing"));
        return {};
    }
    const auto first = m_stack.begin() + static_cast<std::ptrdiff_t>(m_marks.back());
    std::vector<Place> items(first, m_stack.end());
    m_stack.erase(first, m_stack.end());
    m_marks.pop_back();
    return items;
}

void PickleReader::remember(uint64_t key) {
    const Place place = top();
    if (m_memo.size() >= mostValues()) fail(tooMany());
    if (!isOver()) m_memo[key] = place;
}

void PickleReader::recall(uint64_t key) {
    const auto found = m_memo.find(key);
    if (found == m_memo.end())
        fail(damaged("a value is asked for that was not kept"));
    else if (m_stack.size() >= mostValues())
        fail(tooMany());
    else
        m_stack.push_back(found->second);
}

void PickleReader::extend(Place container, const std::vector<Place>& items, PickleKind kind) {
    if (isOver()) return;
    PickleValue& value = m_data.m_values[container];
    if (value.kind != kind || (kind == PickleKind::Dict && items.size() % 2 != 0)) {
        fail(damaged("values are put into something else than a list or dict"));
        return;
    }
    value.items.insert(value.items.end(), items.begin(), items.end());
}

}  // namespace vitrine

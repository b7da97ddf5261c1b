// SPDX-License-Identifier: Apache-2.0
// Checks of a safetensors header: names, types, sizes, and that tensors tile the data section.
#include "core/io/safetensors_header.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/tensor/shape.h"

namespace vitrine {

namespace {

/// A type of the format. Source: safetensors 0.6, enum Dtype.
struct NamedType {
    std::string_view name;
    int bits;  ///< of an element
    std::optional<DType> ours = {};
};
constexpr std::array<NamedType, 22> types{{{"F16", 16, DType::F16},
                                           {"BF16", 16, DType::BF16},
                                           {"F32", 32, DType::F32},
                                           {"F64", 64, DType::F64},
                                           {"I8", 8, DType::I8},
                                           {"I16", 16, DType::I16},
                                           {"I32", 32, DType::I32},
                                           {"I64", 64, DType::I64},
                                           {"U8", 8, DType::U8},
                                           {"U16", 16, DType::U16},
                                           {"U32", 32, DType::U32},
                                           {"U64", 64, DType::U64},
                                           {"BOOL", 8, DType::Bool},
                                           {"F8_E4M3", 8, DType::F8E4M3FN},
                                           {"F8_E4M3FNUZ", 8, DType::F8E4M3FNUZ},
                                           {"F8_E5M2", 8, DType::F8E5M2},
                                           {"F8_E5M2FNUZ", 8, DType::F8E5M2FNUZ},
                                           {"F8_E8M0", 8, DType::F8E8M0},
                                           {"F4", 4, DType::F4E2M1},
                                           {"F6_E2M3", 6},
                                           {"F6_E3M2", 6},
                                           {"C64", 64}}};

/// Type, shape and length of one tensor agree; of a type that is not known here only its offsets
/// can be wrong.
Result<void> checkSize(const TensorEntry& raw, const NamedType& type) {
    const int64_t elements = checkedElements(raw.shape);
    if (elements < 0 || elements > (int64_t{1} << 62) / type.bits)
        return safetensorsError("W06", raw.name, "its shape has more elements than 64 bits count");
    const int64_t bits = elements * type.bits;
    const std::string what = fmt::format("[{}] of {}", fmt::join(raw.shape, ", "), raw.dtype);
    if (bits % 8 != 0)
        return safetensorsError("W06", raw.name, fmt::format("{} ends within a byte", what));
    if (raw.end - raw.begin == bits / 8) return {};
    return safetensorsError("W06", raw.name,
                            fmt::format("{} takes {}, the header gives it {}", what,
                                        countOf(bits / 8, "byte"), raw.end - raw.begin));
}

Result<void> checkEntry(const TensorEntry& raw) {
    VITRINE_TRY(checkTensorName(raw.name));
    if (raw.begin > raw.end)
        return safetensorsError(
            "W04", raw.name,
            fmt::format("says bytes {}–{}, which run backwards", raw.begin, raw.end));
    const auto type = std::ranges::find(types, raw.dtype, &NamedType::name);
    if (type == types.end()) return {};
    return checkSize(raw, *type);
}

/// Bytes that nobody has told of: not lost in a copy, but put there.
Error trailingBytes(std::string_view lastTensor, int64_t fileEnd, int64_t count) {
    return {"W05",
            fmt::format("weights file goes on after its {}: it should have {} bytes, and {} more "
                        "follow",
                        lastTensor.empty() ? "header, which names no tensor"
                                           : fmt::format("last tensor '{}'", printable(lastTensor)),
                        fileEnd, count),
            {},
            "Nothing was loaded.",
            fmt::format("Another program may have appended something. If the file is to be "
                        "trusted, cut it to its own length: head -c {} FILE > NEW.safetensors",
                        fileEnd)};
}

/// Tensors follow one another from 0 to the end of the data section.
Result<void> checkTiling(std::span<const TensorEntry> tensors, int64_t dataStart,
                         int64_t dataBytes) {
    int64_t at = 0;
    for (const TensorEntry& tensor : tensors) {
        const std::string range = fmt::format("says bytes {}–{}", tensor.begin, tensor.end);
        if (tensor.end > dataBytes)
            return safetensorsError("W04", tensor.name,
                                    fmt::format("{}, file has {}", range, dataBytes));
        if (tensor.begin != at)
            return safetensorsError(
                "W04", tensor.name,
                tensor.begin < at
                    ? fmt::format("{}, which overlap the tensor before it (to {})", range, at)
                    : fmt::format("{}, which leave a hole from {}", range, at));
        at = tensor.end;
    }
    if (at == dataBytes) return {};
    return trailingBytes(tensors.empty() ? "" : tensors.back().name, dataStart + at,
                         dataBytes - at);
}

}  // namespace

std::optional<DType> dtypeFromSafetensors(std::string_view name) {
    const auto found = std::ranges::find(types, name, &NamedType::name);
    return found == types.end() ? std::nullopt : found->ours;
}

std::string_view safetensorsName(DType type) {
    const auto found = std::ranges::find(types, type, &NamedType::ours);
    return found->name;
}

int safetensorsElementBytes(std::string_view name) {
    const auto found = std::ranges::find(types, name, &NamedType::name);
    return found == types.end() ? 1 : std::max(1, found->bits / 8);
}

Error safetensorsError(std::string code, std::string_view tensor, std::string_view why) {
    return {std::move(code),
            tensor.empty() ? fmt::format("weights file is damaged or unsafe: {}", why)
                           : fmt::format("weights file is damaged or unsafe at tensor '{}': {}",
                                         printable(tensor), why),
            {},
            "Nothing was loaded.",
            "Copy the file again. If the copy is the same, it was made so: write it anew with the "
            "program that made it, or use an older one."};
}

Error safetensorsUnsupported(std::string code, std::string_view tensor, std::string_view why,
                             std::string next) {
    return {std::move(code),
            tensor.empty() ? fmt::format("weights file is not supported: {}", why)
                           : fmt::format("weights file is not supported at tensor '{}': {}",
                                         printable(tensor), why),
            {},
            "Nothing was loaded.",
            std::move(next)};
}

Result<void> checkTensorName(std::string_view name) {
    constexpr size_t longest = 1000;
    const auto unsupported = [](std::string_view tensor, std::string_view why) {
        return safetensorsUnsupported("W09", tensor, why,
                                      "Give the tensor another name in the program that made it.");
    };
    if (name.empty()) return unsupported("", "a tensor has an empty name");
    if (name.size() > longest)
        return unsupported(
            name.substr(0, 60),
            fmt::format("its name has {} bytes, at most {} are accepted", name.size(), longest));
    if (printable(name, longest) != name)
        return unsupported(name, "its name holds control characters or is not UTF-8");
    return {};
}

Result<SafetensorsHeader> parseSafetensorsHeader(std::string_view json, int64_t dataStart,
                                                 int64_t dataBytes) {
    auto raw = parseSafetensorsJson(json);
    if (!raw) return raw.error();
    SafetensorsHeader header;
    header.metadata = std::move(raw->metadata);
    header.tensors.reserve(raw->tensors.size());
    for (TensorEntry& entry : raw->tensors) {
        VITRINE_TRY(checkEntry(entry));
        header.tensors.push_back(std::move(entry));
    }
    // By the end too: an empty tensor stands before the full one that begins at the same byte.
    std::ranges::stable_sort(header.tensors, [](const TensorEntry& a, const TensorEntry& b) {
        return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    VITRINE_TRY(checkTiling(header.tensors, dataStart, dataBytes));
    return header;
}

}  // namespace vitrine

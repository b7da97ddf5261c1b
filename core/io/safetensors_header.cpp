// SPDX-License-Identifier: Apache-2.0
// Checks of a safetensors header: names, types, sizes, and that tensors tile the data section.
#include "core/io/safetensors_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/file.h"
#include "core/io/safetensors_sax.h"

namespace vitrine {

namespace {

struct NamedType {
    std::string_view name;
    DType type;
};
constexpr std::array<NamedType, 7> types{{{"F16", DType::F16},
                                          {"BF16", DType::BF16},
                                          {"F32", DType::F32},
                                          {"F64", DType::F64},
                                          {"I32", DType::I32},
                                          {"I64", DType::I64},
                                          {"BOOL", DType::Bool}}};

/// Type, shape and length of one tensor agree with each other.
Result<TensorEntry> checkedEntry(const RawTensorEntry& raw) {
    VITRINE_TRY(checkTensorName(raw.name));
    const auto dtype = dtypeFromSafetensors(raw.dtype);
    if (!dtype)
        return safetensorsError(
            "W08", raw.name,
            fmt::format(
                "element type '{}' is not supported; F16, BF16, F32, F64, I32, I64 and BOOL "
                "are",
                printable(raw.dtype, 40)));
    if (raw.shape.size() > Shape::maxRank)
        return safetensorsError("W06", raw.name,
                                fmt::format("has {} dimensions, at most {} are supported",
                                            raw.shape.size(), Shape::maxRank));
    const int64_t elements = checkedElements(raw.shape);
    const int64_t size = sizeOf(*dtype);
    if (elements < 0 || elements > (int64_t{1} << 62) / size)
        return safetensorsError("W06", raw.name, "its shape has more elements than 64 bits count");
    if (raw.begin > raw.end)
        return safetensorsError(
            "W04", raw.name,
            fmt::format("says bytes {}–{}, which run backwards", raw.begin, raw.end));
    const Shape shape{std::span<const int64_t>(raw.shape)};
    if (raw.end - raw.begin != elements * size)
        return safetensorsError(
            "W06", raw.name,
            fmt::format("{} of {} takes {} bytes, the header gives it {}", shape.text(), raw.dtype,
                        elements * size, raw.end - raw.begin));
    return TensorEntry{raw.name, *dtype, shape, raw.begin, raw.end};
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
        if ((dataStart + tensor.begin) % sizeOf(tensor.dtype) != 0)
            return safetensorsError("W08", tensor.name,
                                    fmt::format("{}, not aligned to its elements of {} bytes",
                                                range, sizeOf(tensor.dtype)));
        at = tensor.end;
    }
    if (at == dataBytes) return {};
    return safetensorsError(
        "W05", tensors.empty() ? "" : tensors.back().name,
        fmt::format("{} bytes follow the last tensor, none may", dataBytes - at));
}

}  // namespace

std::optional<DType> dtypeFromSafetensors(std::string_view name) {
    for (const NamedType& entry : types)
        if (entry.name == name) return entry.type;
    return std::nullopt;
}

std::string_view safetensorsName(DType type) {
    const auto found = std::ranges::find(types, type, &NamedType::type);
    return found->name;
}

Error safetensorsError(std::string code, std::string_view tensor, std::string_view why) {
    return {std::move(code),
            tensor.empty() ? fmt::format("weights file is damaged or unsafe: {}", why)
                           : fmt::format("weights file is damaged or unsafe at tensor '{}': {}",
                                         printable(tensor), why),
            {},
            "Nothing was loaded.",
            "Copy the file again, or use an older one."};
}

Result<void> checkTensorName(std::string_view name) {
    constexpr size_t longest = 1000;
    if (name.empty()) return safetensorsError("W09", "", "a tensor has an empty name");
    if (name.size() > longest)
        return safetensorsError(
            "W09", name.substr(0, 60),
            fmt::format("its name has {} bytes, at most {} are accepted", name.size(), longest));
    if (printable(name, longest) != name)
        return safetensorsError("W09", name, "its name holds control characters or is not UTF-8");
    return {};
}

Result<SafetensorsHeader> parseSafetensorsHeader(std::string_view json, int64_t dataStart,
                                                 int64_t dataBytes) {
    auto raw = parseSafetensorsJson(json);
    if (!raw) return raw.error();
    SafetensorsHeader header;
    header.metadata = std::move(raw->metadata);
    header.tensors.reserve(raw->tensors.size());
    for (const RawTensorEntry& entry : raw->tensors) {
        auto checked = checkedEntry(entry);
        if (!checked) return checked.error();
        header.tensors.push_back(std::move(*checked));
    }
    // By the end too: an empty tensor stands before the full one that begins at the same byte.
    std::ranges::stable_sort(header.tensors, [](const TensorEntry& a, const TensorEntry& b) {
        return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    VITRINE_TRY(checkTiling(header.tensors, dataStart, dataBytes));
    return header;
}

}  // namespace vitrine

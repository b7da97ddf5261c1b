// SPDX-License-Identifier: Apache-2.0
// Parses the IDX container. Every claim of the header is compared with the bytes that are there.
#include "core/data/idx/idx_array.h"
#include "core/base/count_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <limits>
#include <optional>

namespace vitrine {

namespace {

constexpr size_t maxRank = 8;

Error idxError(std::string_view title, std::string code, std::string why, std::string next) {
    return {std::move(code),
            fmt::format("{}: {}", title, why),
            {},
            "Nothing was imported.",
            std::move(next)};
}

unsigned byteAt(std::span<const std::byte> bytes, size_t i) {
    return std::to_integer<unsigned>(bytes[i]);
}

/// Bytes of one element; 0 for a type that IDX does not have.
int64_t elementBytes(unsigned type) {
    switch (static_cast<IdxType>(type)) {
        case IdxType::U8:
        case IdxType::I8:
            return 1;
        case IdxType::I16:
            return 2;
        case IdxType::I32:
        case IdxType::F32:
            return 4;
        case IdxType::F64:
            return 8;
    }
    return 0;
}

int64_t bigEndian32(std::span<const std::byte> bytes, size_t at) {
    int64_t value = 0;
    for (size_t i = 0; i < 4; ++i) value = value << 8 | byteAt(bytes, at + i);
    return value;
}

/// Product of the extents and of the bytes of an element, or nothing where it passes 2^63.
std::optional<int64_t> claimedBytes(std::span<const int64_t> extents, int64_t elementSize) {
    int64_t product = elementSize;
    bool empty = false;
    for (int64_t extent : extents) {
        empty |= extent == 0;
        if (extent != 0 && product > std::numeric_limits<int64_t>::max() / extent)
            return std::nullopt;
        product *= extent == 0 ? 1 : extent;
    }
    return empty ? 0 : product;
}

Result<void> checkMagic(std::string_view title, std::span<const std::byte> bytes) {
    if (bytes.size() >= 2 && byteAt(bytes, 0) == 0x1F && byteAt(bytes, 1) == 0x8B)
        return idxError(title, "I08", "the data are gzip-compressed",
                        "Unpack the file, or give it as a .gz file that is packed once.");
    if (bytes.size() < 4)
        return idxError(title, "I01",
                        fmt::format("an IDX file begins with 4 bytes of magic, this has {} in all",
                                    bytes.size()),
                        "Copy or download the file again.");
    if (byteAt(bytes, 0) != 0 || byteAt(bytes, 1) != 0)
        return idxError(title, "I01",
                        fmt::format("an IDX file begins with the bytes 00 00, this begins with "
                                    "{:02X} {:02X}",
                                    byteAt(bytes, 0), byteAt(bytes, 1)),
                        "Check that it is an IDX file.");
    if (elementBytes(byteAt(bytes, 2)) == 0)
        return idxError(title, "I02",
                        fmt::format("element type 0x{:02X} is unknown; IDX has 0x08 (unsigned "
                                    "byte), 0x09, 0x0B, 0x0C, 0x0D and 0x0E",
                                    byteAt(bytes, 2)),
                        "Check that it is an IDX file, or copy it again.");
    if (byteAt(bytes, 3) == 0 || byteAt(bytes, 3) > maxRank)
        return idxError(title, "I03",
                        fmt::format("the header says {} dimensions, 1 to {} are possible",
                                    byteAt(bytes, 3), maxRank),
                        "Check that it is an IDX file, or copy it again.");
    return {};
}

}  // namespace

std::string_view name(IdxType type) {
    switch (type) {
        case IdxType::U8:
            return "unsigned byte";
        case IdxType::I8:
            return "signed byte";
        case IdxType::I16:
            return "16-bit integer";
        case IdxType::I32:
            return "32-bit integer";
        case IdxType::F32:
            return "float";
        case IdxType::F64:
            return "double";
    }
    return "?";
}

Result<IdxArray> parseIdx(std::string_view title, std::span<const std::byte> bytes) {
    VITRINE_TRY(checkMagic(title, bytes));
    const size_t rank = byteAt(bytes, 3), header = 4 + 4 * rank;
    if (bytes.size() < header)
        return idxError(title, "I04",
                        fmt::format("a header of {} has {} bytes, the file has {}",
                                    countOf(rank, "dimension"), header, bytes.size()),
                        "The copy is cut: copy or download the file again.");
    IdxArray array;
    array.type = static_cast<IdxType>(byteAt(bytes, 2));
    for (size_t i = 0; i < rank; ++i) array.extents.push_back(bigEndian32(bytes, 4 + 4 * i));
    array.elements = bytes.subspan(header);

    const std::string extents = fmt::format("{}", fmt::join(array.extents, "×"));
    const auto claimed = claimedBytes(array.extents, elementBytes(byteAt(bytes, 2)));
    if (!claimed)
        return idxError(title, "I05",
                        fmt::format("header says {}, more bytes than a file can have", extents),
                        "The header is damaged: copy or download the file again.");
    const auto present = static_cast<int64_t>(array.elements.size());
    if (*claimed != present)
        return idxError(title, "I04",
                        fmt::format("header says {} = {} bytes, file has {}", extents,
                                    fmt::group_digits(*claimed), fmt::group_digits(present)),
                        *claimed > present
                            ? "The copy is cut: copy or download the file again."
                            : "The file has more than it claims: check where it comes from.");
    return array;
}

}  // namespace vitrine

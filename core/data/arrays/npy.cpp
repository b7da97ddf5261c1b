// SPDX-License-Identifier: Apache-2.0
// Every claim of the header is compared with the bytes that are there before anything is believed.
#include "core/data/arrays/npy.h"

#include <fmt/format.h>

#include <limits>
#include <optional>

#include "core/base/file.h"
#include "core/data/arrays/npy_header.h"

namespace vitrine {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view magic = "\x93NUMPY"sv;
constexpr size_t longestHeader = 1 << 16;
constexpr std::string_view saveAnew =
    "Save it anew from NumPy as whole numbers or floats, for example with astype('float32').";

Error npyError(std::string_view title, std::string code, std::string why, std::string_view next) {
    return {std::move(code),
            fmt::format("{}: {}", title, why),
            {},
            "Nothing was imported.",
            std::string(next)};
}

struct TypeName {
    std::string_view text;  ///< without the byte order
    NumberType type;
};
constexpr TypeName typeNames[] = {
    {"b1", NumberType::Bool}, {"u1", NumberType::U8},  {"i1", NumberType::I8},
    {"u2", NumberType::U16},  {"i2", NumberType::I16}, {"u4", NumberType::U32},
    {"i4", NumberType::I32},  {"u8", NumberType::U64}, {"i8", NumberType::I64},
    {"f2", NumberType::F16},  {"f4", NumberType::F32}, {"f8", NumberType::F64},
};

/// What a kind of NumPy's that is not read holds.
std::string_view kindOf(char kind) {
    switch (kind) {
        case 'c':
            return "complex numbers";
        case 'f':
            return "floats of an unusual size";
        case 'U':
        case 'S':
        case 'a':
            return "text";
        case 'V':
            return "raw or structured values";
        case 'M':
        case 'm':
            return "dates or times";
        default:
            return "values of an unknown type";
    }
}

bool hasOrder(std::string_view descr) {
    return !descr.empty() && "<>=|"sv.find(descr[0]) != std::string_view::npos;
}

/// `<V2`: the order of their bytes is this machine's, whatever it says.
bool setRawType(std::string_view descr, NumberArray& array) {
    if (descr != "V1" && descr != "V2") return false;
    array.type = descr == "V1" ? NumberType::U8 : NumberType::U16;
    array.isRaw = true;
    return true;
}

Result<void> setType(std::string_view title, const NpyHeader& header, RawValues raw,
                     NumberArray& array) {
    const std::string_view descr =
        std::string_view(header.descr).substr(hasOrder(header.descr) ? 1 : 0);
    const bool hasObjects = header.isStructured ? header.descr.find("|O") != std::string::npos ||
                                                      header.descr.find("'O'") != std::string::npos
                                                : descr.starts_with('O');
    if (hasObjects)
        return npyError(title, "N04",
                        "it holds Python objects, which can run code; such arrays are not opened",
                        saveAnew);
    if (!header.isStructured && setNumberType(header.descr, array)) return {};
    if (!header.isStructured && raw == RawValues::Taken && setRawType(descr, array)) return {};
    return npyError(
        title, "N07",
        fmt::format("it holds {} ('{}'); whole numbers, floats of 2 to 8 bytes and bool are read",
                    header.isStructured || descr.empty() ? "structured values" : kindOf(descr[0]),
                    printable(header.descr, 60)),
        saveAnew);
}

/// Bytes that the extents claim; nothing where they pass 2^63.
std::optional<int64_t> claimedBytes(const NumberArray& array) {
    auto product = static_cast<int64_t>(sizeOf(array.type));
    bool isEmpty = false;
    for (const int64_t extent : array.extents) {
        isEmpty |= extent == 0;
        if (extent != 0 && product > std::numeric_limits<int64_t>::max() / extent) return {};
        product *= extent == 0 ? 1 : extent;
    }
    return isEmpty ? 0 : product;
}

Result<void> setElements(std::string_view title, std::span<const std::byte> rest,
                         NumberArray& array) {
    for (const int64_t extent : array.extents)
        if (extent < 0)
            return npyError(
                title, "N06",
                fmt::format("the header says shape {}; no extent may be negative", array.text()),
                "The header is damaged: copy or save the file again.");
    const auto claimed = claimedBytes(array);
    if (!claimed)
        return npyError(
            title, "N06",
            fmt::format("the header says {}, more bytes than a file can have", array.text()),
            "The header is damaged: copy or save the file again.");
    const auto there = static_cast<int64_t>(rest.size());
    if (*claimed != there)
        return npyError(title, *claimed > there ? "N05" : "N12",
                        fmt::format("the header says {} = {} bytes, {} follow", array.text(),
                                    fmt::group_digits(*claimed), fmt::group_digits(there)),
                        *claimed > there ? "The copy is cut: copy or save the file again."
                                         : "Save each array to a file of its own, or as .npz.");
    array.bytes = rest;
    return {};
}

Result<void> checkMagic(std::string_view title, std::string_view text) {
    if (text.starts_with(magic)) {
        if (text.size() >= 10 && text[6] >= 1 && text[6] <= 3 && text[7] == 0) return {};
        return npyError(
            title, "N01",
            text.size() < 10
                ? fmt::format("an NPY file has 10 bytes at least, this has {}", text.size())
                : fmt::format("it is of NPY version {}.{}, versions 1.0 to 3.0 are read",
                              static_cast<unsigned char>(text[6]),
                              static_cast<unsigned char>(text[7])),
            "Copy or save the file again.");
    }
    if (text.size() >= 2 && text[0] == '\x80' && text[1] >= 2 && text[1] <= 5)
        return npyError(title, "N14",
                        "it is a Python pickle, which can run code, and no NPY file; it is not "
                        "opened",
                        saveAnew);
    return npyError(title, "N01", R"(an NPY file begins with the bytes 93 'NUMPY', this does not)",
                    "Check that it is an array that NumPy saved.");
}

}  // namespace

bool setNumberType(std::string_view descr, NumberArray& array) {
    if (hasOrder(descr)) {
        array.isBigEndian = descr[0] == '>';
        descr.remove_prefix(1);
    }
    for (const TypeName& known : typeNames) {
        if (descr != known.text) continue;
        array.type = known.type;
        return true;
    }
    return false;
}

Result<NumberArray> parseNpy(std::string_view title, std::span<const std::byte> bytes,
                             RawValues raw) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    VITRINE_TRY(checkMagic(title, text));
    const size_t lengthBytes = text[6] == 1 ? 2 : 4, begin = 8 + lengthBytes;
    size_t length = 0;
    for (size_t i = begin; i-- > 8;)
        length = length << 8 | (i < text.size() ? std::to_integer<size_t>(bytes[i]) : 0);
    if (begin > text.size() || length > text.size() - begin)
        return npyError(title, "N02",
                        fmt::format("its header is said to have {} bytes, the file has {} in all",
                                    fmt::group_digits(length), fmt::group_digits(text.size())),
                        "The copy is cut: copy or save the file again.");
    auto header = length <= longestHeader ? parseNpyHeader(text.substr(begin, length))
                                          : std::optional<NpyHeader>();
    if (!header)
        return npyError(title, "N03",
                        "its header is no dictionary of 'descr', 'fortran_order' and 'shape'",
                        "Copy or save the file again.");
    NumberArray array{.isFortran = header->isFortran, .extents = std::move(header->extents)};
    VITRINE_TRY(setType(title, *header, raw, array));
    VITRINE_TRY(setElements(title, bytes.subspan(begin + length), array));
    return array;
}

}  // namespace vitrine

// SPDX-License-Identifier: Apache-2.0
// A table of signatures.
#include "core/base/content_kind.h"

#include <array>

namespace vitrine {

namespace {

struct Signature {
    std::string_view bytes, kind;
};

using namespace std::string_view_literals;

constexpr std::array<Signature, 9> signatures{{
    {"\x1F\x8B"sv, "gzip data"},
    {"\x89PNG\r\n\x1A\n"sv, "a PNG picture"},
    {"\xFF\xD8\xFF"sv, "a JPEG picture"},
    {"GIF8"sv, "a GIF picture"},
    {"PK\x03\x04"sv, "a zip archive"},
    {"%PDF-"sv, "a PDF document"},
    {"SQLite format 3\0"sv, "an SQLite database"},
    {"\x93NUMPY"sv, "a NumPy array"},
    {"\x7F"
     "ELF"sv,
     "a program"},
}};

}  // namespace

std::string_view contentKind(std::span<const std::byte> bytes) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    for (const Signature& signature : signatures)
        if (text.starts_with(signature.bytes)) return signature.kind;
    return {};
}

}  // namespace vitrine

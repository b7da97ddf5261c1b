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

constexpr std::array<Signature, 15> signatures{{
    {"\x1F\x8B"sv, "gzip data"},
    {"\x89PNG\r\n\x1A\n"sv, "a PNG picture"},
    {"\xFF\xD8\xFF"sv, "a JPEG picture"},
    {"GIF8"sv, "a GIF picture"},
    {"PK\x03\x04"sv, "a zip archive"},
    {"%PDF-"sv, "a PDF document"},
    {"SQLite format 3\0"sv, "an SQLite database"},
    {"\x93NUMPY"sv, "a NumPy array"},
    {"\x89HDF\r\n\x1A\n"sv, "an HDF5 file, as Keras writes"},
    {"\x80\x02"sv, "a Python pickle, as PyTorch writes, which may run code"},
    {"\x80\x03"sv, "a Python pickle, which may run code"},
    {"\x80\x04"sv, "a Python pickle, which may run code"},
    {"GGUF"sv, "GGUF weights, as llama.cpp reads them"},
    {"version https://git-lfs.github.com/spec/"sv,
     "a pointer of Git LFS (git lfs pull brings the file)"},
    {"\x7F"
     "ELF"sv,
     "a program"},
}};

/// Eight bytes of a length whose upper half is zero, then a JSON object.
bool isSafetensors(std::string_view text) {
    return text.size() > 9 && text.substr(4, 4) == "\0\0\0\0"sv &&
           (text.substr(8, 2) == "{\"" || text.substr(8, 2) == "{}");
}

/// A map of at most 15 entries whose first is what Flax calls the weights.
bool isFlax(std::string_view text) {
    return !text.empty() && (text[0] & 0xF0) == 0x80 && text.substr(1, 7) == "\xA6params"sv;
}

}  // namespace

std::string_view contentKind(std::span<const std::byte> bytes) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    for (const Signature& signature : signatures)
        if (text.starts_with(signature.bytes)) return signature.kind;
    if (isFlax(text)) return "msgpack, as Flax writes weights";
    return isSafetensors(text) ? "safetensors weights" : std::string_view();
}

}  // namespace vitrine

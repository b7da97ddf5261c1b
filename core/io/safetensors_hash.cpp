// SPDX-License-Identifier: Apache-2.0
// A hash of text in which it stands itself.
#include "core/io/safetensors_hash.h"

#include <fmt/format.h>

#include <span>

#include "core/base/sha256.h"

namespace vitrine {

size_t headerHashAt(std::string_view header) {
    const std::string before = fmt::format("\"{}\":\"", safetensorsHeaderHashKey);
    const size_t found = header.find(before);
    if (found == std::string_view::npos) return found;
    const size_t at = found + before.size();
    return at + safetensorsNoHash.size() <= header.size() ? at : std::string_view::npos;
}

std::string headerHash(std::string_view header, size_t hashAt) {
    Sha256 hash;
    hash.add(std::as_bytes(std::span(header.substr(0, hashAt))));
    hash.add(std::as_bytes(std::span(safetensorsNoHash)));
    hash.add(std::as_bytes(std::span(header.substr(hashAt + safetensorsNoHash.size()))));
    return hash.hex();
}

}  // namespace vitrine

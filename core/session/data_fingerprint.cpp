// SPDX-License-Identifier: Apache-2.0
// FNV-1a over 64-bit words.
#include "core/session/data_fingerprint.h"

#include <fmt/format.h>

#include <cstring>

namespace vitrine {

namespace {

uint64_t mix(uint64_t hash, const void* bytes, size_t size) {
    const auto* at = static_cast<const unsigned char*>(bytes);
    for (; size >= 8; at += 8, size -= 8) {
        uint64_t word = 0;
        std::memcpy(&word, at, 8);
        hash = (hash ^ word) * 0x100000001b3u;
        hash ^= hash >> 29;
    }
    for (; size > 0; ++at, --size) hash = (hash ^ *at) * 0x100000001b3u;
    return hash;
}

uint64_t mix(uint64_t hash, const ImageSet& set) {
    const std::span<const uint8_t> pixels = set.allPixels();
    const std::span<const int32_t> labels = set.allLabels();
    return mix(mix(hash, pixels.data(), pixels.size()), labels.data(), labels.size_bytes());
}

}  // namespace

std::string dataFingerprint(const Dataset& data) {
    const uint64_t hash = mix(mix(0xcbf29ce484222325u, data.train), data.test);
    return fmt::format("{}+{}x{}x{}x{}-{:016x}", data.train.count, data.test.count,
                       data.train.channels, data.train.height, data.train.width, hash);
}

}  // namespace vitrine

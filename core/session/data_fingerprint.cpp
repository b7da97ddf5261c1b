// SPDX-License-Identifier: Apache-2.0
// FNV-1a over 64-bit words.
#include "core/session/data_fingerprint.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <vector>

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

/// All values of a column, one behind the other.
std::vector<std::byte> valuesOf(const ExampleSet& set, size_t column) {
    std::vector<std::byte> values;
    for (int64_t i = 0; i < set.count; ++i) {
        const std::span<const std::byte> value = set.value(column, i);
        values.insert(values.end(), value.begin(), value.end());
    }
    return values;
}

std::string fingerprint(const Dataset& data, size_t columns) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (const ExampleSet* set : {&data.train, &data.test})
        for (size_t column = 0; column < columns; ++column) {
            const std::vector<std::byte> values = valuesOf(*set, column);
            hash = mix(hash, values.data(), values.size());
        }
    std::string extents;
    for (int64_t extent : data.storedColumns().front().shape.dims())
        extents += fmt::format("x{}", extent);
    return fmt::format("{}+{}{}-{:016x}", data.train.count, data.test.count, extents, hash);
}

}  // namespace

std::string dataFingerprint(const Dataset& data) { return fingerprint(data, data.columns.size()); }

std::string dataFingerprintOfVersion1(const Dataset& data) {
    return fingerprint(data, std::min<size_t>(data.columns.size(), 2));
}

}  // namespace vitrine

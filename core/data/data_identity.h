// SPDX-License-Identifier: Apache-2.0
// DataIdentity: a short text that tells data apart, wherever they lie.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/base/sha256.h"
#include "core/data/dataset.h"

namespace vitrine {

/// Collects what data are. Files are added in the order of the format's fields; of all their
/// contents the first 64 MB count, and all sizes.
class DataIdentity {
  public:
    DataIdentity(std::string_view format, const Attrs& attrs);

    /// `bytes` as they are unpacked.
    void addFile(std::string_view field, std::span<const std::byte> bytes);
    void addGenerator(int version, uint64_t seed);
    /// `idx 60000+10000 of 1x28x28 sha256:…`. Once.
    std::string text(const Dataset& data);

  private:
    void add(std::string_view text);

    const std::string m_format;
    Sha256 m_hash;
    size_t m_contentLeft = size_t{64} << 20;
};

}  // namespace vitrine

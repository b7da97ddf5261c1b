// SPDX-License-Identifier: Apache-2.0
// A hash over lines of text, each with its length in front, and contents of files.
#include "core/data/data_identity.h"

#include <fmt/format.h>

#include <algorithm>

namespace vitrine {

DataIdentity::DataIdentity(std::string_view format, const Attrs& attrs) : m_format(format) {
    add(format);
    for (size_t i = 0; i < attrs.values().size(); ++i) {
        if (attrs.isLeftOut(i)) continue;
        add(attrs.specs()[i].id);
        add(fieldText(attrs.values()[i]));
    }
}

void DataIdentity::add(std::string_view text) {
    const std::string line = fmt::format("{}:{}\n", text.size(), text);
    m_hash.add(std::as_bytes(std::span(line)));
}

void DataIdentity::addFile(std::string_view field, std::span<const std::byte> bytes) {
    add(fmt::format("{} {}", field, bytes.size()));
    const size_t counted = std::min(bytes.size(), m_contentLeft);
    m_hash.add(bytes.first(counted));
    m_contentLeft -= counted;
}

void DataIdentity::addGenerator(int version, uint64_t seed) {
    add(fmt::format("version {} seed {}", version, seed));
}

std::string DataIdentity::text(const Dataset& data) {
    std::string extents;
    for (int64_t extent : data.columns.front().shape.dims())
        extents += fmt::format("{}{}", extents.empty() ? "" : "x", extent);
    return fmt::format("{} {}+{} of {} sha256:{}", m_format, data.train.count, data.test.count,
                       extents, m_hash.hex());
}

}  // namespace vitrine

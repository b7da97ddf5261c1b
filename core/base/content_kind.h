// SPDX-License-Identifier: Apache-2.0
// What a file's first bytes say about it, whatever its name says.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace vitrine {

/// `a PNG picture`, `gzip data`: well-known content that is named in messages. Empty where the
/// bytes are none of it.
std::string_view contentKind(std::span<const std::byte> bytes);

}  // namespace vitrine

// SPDX-License-Identifier: Apache-2.0
// Bytes that may lie in a mapped file, whoever holds them.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "core/base/result.h"

namespace vitrine {

/// "G07" where they lie in a MappedFile that has been cut or written anew: what is there are zeros,
/// or other numbers. Whoever holds the bytes keeps the file. Any thread.
std::optional<Error> mappedTrouble(std::span<const std::byte> bytes);

}  // namespace vitrine

// SPDX-License-Identifier: Apache-2.0
// Taking memory whose size comes from a file or a user: an answer instead of an exception or a
// machine that swaps to death.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace vitrine {

/// What the system says it can give without swapping, in bytes; as good as unlimited where it does
/// not say.
int64_t availableMemory();

/// `size` zero bytes, or nothing where there is no memory for them.
std::optional<std::vector<std::byte>> tryAllocate(int64_t size);

}  // namespace vitrine

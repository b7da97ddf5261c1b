// SPDX-License-Identifier: Apache-2.0
// Taking memory whose size comes from a file or a user: an answer instead of an exception or a
// machine that swaps to death.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vitrine {

/// What this process can still get, in bytes: the least of what the machine has without swapping,
/// what its control groups (a container's, versions 1 and 2, each one up to the root) and what its
/// own limits (`ulimit -v`, `ulimit -d`) leave. Caches of files count as free. As good as unlimited
/// where nobody says. `root`: where /proc and /sys are looked for.
int64_t availableMemory(const std::string& root = "/");

/// `size` zero bytes, or nothing where there is no memory for them.
std::optional<std::vector<std::byte>> tryAllocate(int64_t size);

}  // namespace vitrine

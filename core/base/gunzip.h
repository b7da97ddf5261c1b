// SPDX-License-Identifier: Apache-2.0
// Unpacking gzip with a bound on what comes out.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/base/file.h"

namespace vitrine {

/// True where `bytes` begin like a gzip file.
bool isGzip(std::span<const std::byte> bytes);

/// All members of a gzip file, at most `limits.bytes`; what follows the last member is ignored.
/// `path` is for messages. Errors: G04, G06, G09, `stopped`.
Result<std::vector<std::byte>> gunzip(const std::string& path, std::span<const std::byte> packed,
                                      const ReadLimits& limits);

}  // namespace vitrine

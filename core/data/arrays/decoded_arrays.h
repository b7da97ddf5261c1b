// SPDX-License-Identifier: Apache-2.0
// Arrays that the decoder reads, as the rest of core/data/arrays takes them.
#pragma once

#include <stop_token>
#include <string>

#include "core/data/arrays/array_store.h"
#include "core/decode/array_file.h"

namespace vitrine {

/// An array of the file, in memory. Errors: those of ArrayFile::read.
Result<KeptArray> readDecoded(decode::ArrayFile& file, const std::string& name,
                              const std::stop_token& stop);

}  // namespace vitrine

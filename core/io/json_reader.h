// SPDX-License-Identifier: Apache-2.0
// Reading JSON from strangers: bounded in depth and size, no key twice, and trouble named by line
// and by the path of keys that leads there.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "core/base/result.h"

namespace vitrine {

using Json = nlohmann::ordered_json;

struct JsonLimits {
    size_t depth = 16;
    size_t members = 1000;  ///< of one object
    size_t values = 8'000'000;
    /// Most entries of the array at a path (`graph.nodes`).
    std::map<std::string, size_t, std::less<>> entries = {};
};

/// Errors: "P01" (no JSON, limits, a key twice), "P10" (an array with too many entries), "P11" (a
/// number that is not finite). Where the text itself is wrong the message begins with its line, and
/// place.line has it; otherwise the path says where.
Result<Json> readJson(std::string_view text, const JsonLimits& limits);

/// Text that this program wrote itself, such as a line of a log: discarded (is_discarded) where it
/// is no JSON. Like readJson it reads numbers with "." whatever the locale.
Json jsonFromText(std::string_view text);

}  // namespace vitrine

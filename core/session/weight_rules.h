// SPDX-License-Identifier: Apache-2.0
// Rules that say which tensor of a stranger's file is which of the network: `theirs -> ours`, a
// line each. `*` stands for any letters, `{n}` for a whole number, which may be changed on the
// other side: `layer{s}.{b}.conv{c}.weight -> layer{s}_{b+1}_{c}_conv.weight`.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace vitrine {

struct WeightRule {
    std::string theirs, ours;  ///< `ours` empty: the tensor is passed over
};

/// Lines that are empty or begin with # are passed over. Errors: "W15" with the line: no arrow, a
/// name in braces that the left side lacks, more than four stars.
Result<std::vector<WeightRule>> parseWeightRules(const std::string& title, std::string_view text);

/// What the rule calls a tensor; nothing where its left side is not the name.
std::optional<std::string> renamed(const WeightRule& rule, std::string_view name);
/// The same of the first rule that knows the name.
std::optional<std::string> renamed(std::span<const WeightRule> rules, std::string_view name);

}  // namespace vitrine

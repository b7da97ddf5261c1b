// SPDX-License-Identifier: Apache-2.0
// Reading of schedules that are written as text. Nothing is allocated: the trainer asks at every
// step.
#pragma once

#include <optional>
#include <string_view>

namespace vitrine::schedules {

/// `text` without blanks around it.
std::string_view trimmed(std::string_view text);

/// What stands in front of the first `end`, without blanks around it; both go. All of it where
/// there is no `end`.
std::string_view takeUntil(std::string_view& text, char end);

/// The number that the whole text is; nothing where it is none, or not finite.
std::optional<double> numberIn(std::string_view text);

}  // namespace vitrine::schedules

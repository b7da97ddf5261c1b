// SPDX-License-Identifier: Apache-2.0
// Checks for programmer mistakes. They stop the program in every build; expected trouble is a
// Result.
#pragma once

namespace vitrine {

/// Prints the broken claim with its place and aborts; under a CheckGuard it throws instead.
[[noreturn]] void checkFailed(const char* claim, const char* file, int line, const char* why);

}  // namespace vitrine

#define VITRINE_CHECK(claim, why) \
    ((claim) ? void(0) : ::vitrine::checkFailed(#claim, __FILE__, __LINE__, why))

// SPDX-License-Identifier: Apache-2.0
// Prints the broken claim and aborts.
#include "core/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace vitrine {

void checkFailed(const char* claim, const char* file, int line, const char* why) {
    std::fprintf(stderr, "%s:%d: check failed: %s (%s)\n", file, line, claim, why);
    std::abort();
}

}  // namespace vitrine

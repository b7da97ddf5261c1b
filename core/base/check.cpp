// SPDX-License-Identifier: Apache-2.0
// Prints the broken claim; then throws where somebody catches it, else aborts.
#include "core/base/check.h"

#include <cstdio>
#include <cstdlib>
#include <string>

#include <fmt/format.h>

#include "core/base/check_guard.h"

namespace vitrine {

namespace {

thread_local int guards = 0;

std::string placeOf(const char* file, int line) {
    std::string path(file);
    if (const size_t root = path.rfind("/core/"); root != std::string::npos)
        path.erase(0, root + 1);
    if (const size_t root = path.rfind("/gui/"); root != std::string::npos) path.erase(0, root + 1);
    return fmt::format("{}:{}", path, line);
}

}  // namespace

CheckGuard::CheckGuard() { ++guards; }
CheckGuard::~CheckGuard() { --guards; }

void checkFailed(const char* claim, const char* file, int line, const char* why) {
    std::fprintf(stderr, "%s:%d: check failed: %s (%s)\n", file, line, claim, why);
    if (guards == 0) std::abort();
    throw CheckFailed(fmt::format("{}: {} ({})", placeOf(file, line), claim, why));
}

}  // namespace vitrine

// SPDX-License-Identifier: Apache-2.0
// What a test program has counted, as lines that ./test collects and shows at its end.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <string_view>

namespace vitrine::test {

/// Prints `count: 1312 checks of gradients`. `number` is of what has passed in this run.
inline void printCount(int64_t number, std::string_view what) {
    std::puts(fmt::format("count: {} {}", number, what).c_str());
    std::fflush(stdout);
}

}  // namespace vitrine::test

// SPDX-License-Identifier: Apache-2.0
// Random small networks as graph text: every operator of "First light", branches and odd sizes
// included.
#pragma once

#include <cstdint>
#include <string>

namespace vitrine::test {

struct RandomGraph {
    std::string text;
    int64_t batch = 1;
};

/// A function of the seed.
RandomGraph randomGraph(uint64_t seed);

}  // namespace vitrine::test

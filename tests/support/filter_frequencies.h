// SPDX-License-Identifier: Apache-2.0
// What filters are to Winograd's convolution, by the plain kernel in float64.
#pragma once

#include <vector>

namespace vitrine::test {

/// 3 × 3 filters to 6 × 6 frequencies; `turned` by half a turn before.
std::vector<double> filterFrequencies(std::vector<double> filters, bool turned);

}  // namespace vitrine::test

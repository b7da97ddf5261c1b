// SPDX-License-Identifier: Apache-2.0
// Asks the reference.
#include "tests/support/filter_frequencies.h"

#include <algorithm>

#include "kernels/api/filter_transform.h"

namespace vitrine::test {

std::vector<double> filterFrequencies(std::vector<double> filters, bool turned) {
    constexpr std::ptrdiff_t taps = 9, frequencies = 36;
    if (turned)
        for (auto filter = filters.begin(); filter != filters.end(); filter += taps)
            std::reverse(filter, filter + taps);
    const auto count = std::ssize(filters) / taps;
    std::vector<double> result(static_cast<size_t>(count * frequencies));
    void* const operands[] = {filters.data(), result.data()};
    runAll(kernels::selectFilterTransform({.filters = count, .dtype = DType::F64}), operands,
           nullptr);
    return result;
}

}  // namespace vitrine::test

// SPDX-License-Identifier: Apache-2.0
// Range: numbers at equal distances, which are known while reading.
#include <fmt/format.h>
#include <algorithm>
#include <cmath>

#include "core/onnx/numbers_of.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::range {

namespace {

constexpr int64_t most = int64_t{1} << 20;

void checkCount(const Context& c, double count) {
    if (!(count <= static_cast<double>(most)))
        c.refuse(fmt::format("it would make {:.4g} numbers", count), "O20");
}

void read(Context& c) {
    if (isFloat(c.dtype(0))) {
        const double start = c.real(c.in(0), "start"), limit = c.real(c.in(1), "limit"),
                     delta = c.real(c.in(2), "delta");
        if (delta == 0) c.refuse("its numbers lie 0 apart", "O17");
        const double count = std::max(std::ceil((limit - start) / delta), 0.0);
        checkCount(c, count);
        std::vector<double> numbers(static_cast<size_t>(count));
        for (size_t i = 0; i < numbers.size(); ++i)
            numbers[i] = start + static_cast<double>(i) * delta;
        return c.give(0, constantOf(c, c.dtype(0), Shape{static_cast<int64_t>(count)}, numbers));
    }
    const int64_t start = c.integer(c.in(0), "start"), limit = c.integer(c.in(1), "limit"),
                  delta = c.integer(c.in(2), "delta");
    if (delta == 0) c.refuse("its numbers lie 0 apart", "O17");
    const double count =
        (static_cast<double>(limit) - static_cast<double>(start)) / static_cast<double>(delta);
    checkCount(c, count);
    std::vector<int64_t> numbers;
    numbers.reserve(static_cast<size_t>(std::max(count, 0.0)) + 1);
    for (int64_t at = start; delta > 0 ? at < limit : at > limit;) {
        numbers.push_back(at);
        if (__builtin_add_overflow(at, delta, &at)) break;
    }
    c.give(0, c.cast(c.integersValue(numbers), c.dtype(0)));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Range", .since = 11, .read = read};

}  // namespace vitrine::onnx::rules::range

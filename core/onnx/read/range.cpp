// SPDX-License-Identifier: Apache-2.0
// Range: numbers at equal distances, which are known while reading.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/graph/parameter.h"
#include "core/onnx/numbers_of.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::range {

namespace {

constexpr int64_t most = int64_t{1} << 27;

/// What a project's file does not hold is computed, as long as float64 counts exactly.
bool isComputed(const Context& c, double count, double end) {
    constexpr double exact = 9e15;
    if (!(count <= static_cast<double>(most)))
        c.refuse(fmt::format("it would make {:.4g} numbers", count), "O20");
    return count > static_cast<double>(mostValuesInProject) && std::abs(end) < exact;
}

struct Places {
    double start = 0, stop = 0, step = 0;
};

Value computed(Context& c, const Places& places, std::string_view type) {
    const Attrs attrs = c.attrs("range")
                            .with("start", places.start)
                            .with("stop", places.stop)
                            .with("step", places.step)
                            .with("dtype", std::string(type));
    return c.cast(c.emit("range", attrs, {}), c.dtype(0));
}

void readFloats(Context& c) {
    const double start = c.real(c.in(0), "start"), limit = c.real(c.in(1), "limit"),
                 delta = c.real(c.in(2), "delta");
    if (delta == 0) c.refuse("its numbers lie 0 apart", "O17");
    const double count = std::max(std::ceil((limit - start) / delta), 0.0);
    if (isComputed(c, count, 0))
        return c.give(0, computed(c, {start, limit, delta}, vitrine::name(c.dtype(0))));
    std::vector<double> numbers(static_cast<size_t>(count));
    for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = start + static_cast<double>(i) * delta;
    c.give(0, constantOf(c, c.dtype(0), Shape{static_cast<int64_t>(count)}, numbers));
}

void readIntegers(Context& c) {
    const int64_t start = c.integer(c.in(0), "start"), limit = c.integer(c.in(1), "limit"),
                  delta = c.integer(c.in(2), "delta");
    if (delta == 0) c.refuse("its numbers lie 0 apart", "O17");
    const Places places{static_cast<double>(start), static_cast<double>(limit),
                        static_cast<double>(delta)};
    const double count = (places.stop - places.start) / places.step;
    if (isComputed(c, count, std::max(std::abs(places.start), std::abs(places.stop))))
        return c.give(0, computed(c, places, "i64"));
    c.needs(3 * 8 * count);  // a list, a constant, and one of the type wanted
    std::vector<int64_t> numbers;
    numbers.reserve(static_cast<size_t>(std::max(count, 0.0)) + 1);
    for (int64_t at = start; delta > 0 ? at < limit : at > limit;) {
        numbers.push_back(at);
        if (__builtin_add_overflow(at, delta, &at)) break;
    }
    c.give(0, c.cast(c.integersValue(numbers), c.dtype(0)));
}

void read(Context& c) { isFloat(c.dtype(0)) ? readFloats(c) : readIntegers(c); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Range", .since = 11, .read = read};

}  // namespace vitrine::onnx::rules::range

// SPDX-License-Identifier: Apache-2.0
// Fill: one number everywhere, and nothing around it.
#include <limits>

#include "kernels/api/problem.h"
#include "tests/device/rows/rows.h"

namespace vitrine::device_check {

using kernels::Call;

namespace {

template <class T>
Result<void> checkFill(const Bench& bench, const std::string& name, DType dtype, double value,
                       int64_t count, int64_t at) {
    const int64_t bytes = count * static_cast<int64_t>(sizeof(T)) + at + 256;
    const Bytes before(static_cast<size_t>(bytes), Bench::untouched);
    const Call call = callOf(kernels::Fill{value}, {array({count}, {1}, dtype)});
    const auto ran = run(bench, call, {at}, before);
    if (!ran.ok()) return ran.error();
    Bytes expected = before;
    place(expected, at, std::vector<T>(static_cast<size_t>(count), static_cast<T>(value)));
    report(name, std::to_string(count) + " at " + std::to_string(at),
           differing(ran->contents, expected), 0, ran->microseconds);
    return {};
}

template <class T>
void fillRowsOf(const Bench& bench, const std::string& name, DType dtype,
                std::initializer_list<double> values) {
    for (const double value : values)
        for (const int64_t count : {int64_t{1}, int64_t{1023}, bench.many()})
            for (const int64_t at : {int64_t{256}, int64_t{256} + int64_t{sizeof(T)}}) {
                const std::string title = "fill " + name + " " + number("%g", value);
                kernelRow(title, std::to_string(count),
                          [&] { return checkFill<T>(bench, title, dtype, value, count, at); });
            }
}

}  // namespace

void fillRows(const Bench& bench) {
    const double infinity = std::numeric_limits<double>::infinity();
    fillRowsOf<float>(bench, "f32", DType::F32, {0.1, -0.0, -infinity});
    fillRowsOf<double>(bench, "f64", DType::F64, {1e300});
    fillRowsOf<int32_t>(bench, "i32", DType::I32, {-7});
    fillRowsOf<int64_t>(bench, "i64", DType::I64, {-7e12});
}

}  // namespace vitrine::device_check

// SPDX-License-Identifier: Apache-2.0
// Sums of two arrays, at places that vectors of a kernel fit and do not fit.
#include <limits>

#include "kernels/api/problem.h"
#include "tests/device/rows/rows.h"

namespace vitrine::device_check {

using kernels::Call;
using kernels::Operand;

namespace {

/// Random numbers with zeros of both signs, infinities and numbers that are nearly zero among them.
template <class T>
std::vector<T> numbersFor(int64_t count) {
    const T rare[] = {T(0),
                      -T(0),
                      std::numeric_limits<T>::infinity(),
                      std::numeric_limits<T>::denorm_min(),
                      -std::numeric_limits<T>::denorm_min(),
                      std::numeric_limits<T>::min(),
                      std::numeric_limits<T>::max()};
    std::vector<T> numbers;
    for (int64_t i = 0; i < count; ++i)
        numbers.push_back(drawnBits() % 8 == 0 ? rare[drawnBits() % 7] : static_cast<T>(drawn()));
    return numbers;
}

/// Where the three arrays of a sum begin, past a multiple of 256 bytes, in elements.
struct SumPlaces {
    const char* text;
    int64_t a = 0, b = 0, y = 0;
    bool isInPlace = false;  ///< the result lies where a does
};
constexpr SumPlaces sumPlaces[] = {{"", 0, 0, 0},
                                   {"in place", 0, 0, 0, true},
                                   {"all shifted", 1, 1, 1},
                                   {"shifted in place", 1, 1, 1, true},
                                   {"a shifted", 1, 0, 0},
                                   {"b shifted", 0, 1, 0},
                                   {"y shifted", 0, 0, 1}};

template <class T>
Result<void> checkAdd(const Bench& bench, const std::string& name, DType dtype, int64_t count,
                      const SumPlaces& places) {
    constexpr auto element = static_cast<int64_t>(sizeof(T));
    const int64_t size = (count * element + 511) / 256 * 256;
    const int64_t a = places.a * element, b = size + places.b * element;
    const int64_t y = places.isInPlace ? a : 2 * size + places.y * element;
    const std::vector<T> left = numbersFor<T>(count), right = numbersFor<T>(count);
    std::vector<T> sum;
    for (int64_t i = 0; i < count; ++i)
        sum.push_back(left[static_cast<size_t>(i)] + right[static_cast<size_t>(i)]);
    Bytes before(static_cast<size_t>(3 * size + 256), Bench::untouched);
    place(before, a, left);
    place(before, b, right);
    const Operand operand = array({count}, {1}, dtype);
    const Call call =
        callOf(kernels::Map{.function = kernels::Pointwise::Add}, {operand, operand, operand});
    const auto ran = run(bench, call, {a, b, y}, before);
    if (!ran.ok()) return ran.error();
    Bytes expected = before;
    place(expected, y, sum);
    report(name, std::to_string(count) + " " + places.text, differing(ran->contents, expected), 0,
           ran->microseconds);
    return {};
}

template <class T>
void addRowsOf(const Bench& bench, const std::string& name, DType dtype) {
    for (const int64_t count : {int64_t{1}, int64_t{1023}, bench.many()})
        for (const SumPlaces& places : sumPlaces)
            kernelRow(name, std::to_string(count),
                      [&] { return checkAdd<T>(bench, name, dtype, count, places); });
}

}  // namespace

void addRows(const Bench& bench) {
    addRowsOf<float>(bench, "add f32", DType::F32);
    addRowsOf<double>(bench, "add f64", DType::F64);
}

}  // namespace vitrine::device_check

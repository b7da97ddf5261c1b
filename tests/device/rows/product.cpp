// SPDX-License-Identifier: Apache-2.0
// Products of matrices of all sizes, and that they have the same bits every time.
#include <algorithm>

#include "kernels/api/matmul.h"
#include "tests/device/rows/matrices.h"
#include "tests/device/rows/rows.h"

namespace vitrine::device_check {

namespace {

Result<void> checkProduct(const Bench& bench, const Matrices& m) {
    const ProductPlaces at(m);
    const std::vector<float> a = numbersOf(m, m.rows * m.depth),
                             b = numbersOf(m, m.depth * m.columns);
    const auto ran = run(bench, at.call, {at.a, at.b, at.y}, at.memoryWith(a, b));
    if (!ran.ok()) return ran.error();
    const auto end = ran->contents.begin() + at.y + m.rows * m.columns * 4;
    const bool isIntact = std::all_of(end, ran->contents.end(),
                                      [](std::byte byte) { return byte == Bench::untouched; });
    report(m.isWhole ? "product, whole numbers" : "product f32", bench.sizes(m.text()),
           isIntact ? largestError(multiply(m, a, b), ran->contents, at.y) : 1,
           m.isWhole ? 0 : kernels::matMulTolerance, ran->microseconds,
           isIntact ? number("%.2f TFLOP/s",
                             2e-6 * static_cast<double>(m.operations()) / ran->microseconds)
                    : "wrote past its result");
    return {};
}

/// The same bits every time.
Result<void> checkSameBits(const Bench& bench, const Matrices& m) {
    const ProductPlaces at(m);
    const Bytes before =
        at.memoryWith(numbersOf(m, m.rows * m.depth), numbersOf(m, m.depth * m.columns));
    double different = 0;
    Bytes first;
    for (int i = 0; i < 10; ++i) {
        const auto ran = run(bench, at.call, {at.a, at.b, at.y}, before);
        if (!ran.ok()) return ran.error();
        if (i == 0) first = ran->contents;
        different += differing(first, ran->contents);
    }
    report("product, the same bits", bench.sizes(m.text()), different, 0);
    return {};
}

}  // namespace

void productRows(const Bench& bench) {
    constexpr int64_t mostForLoops = 20'000'000;
    const Matrices list[] = {{1, 1, 1},
                             {1, 7, 5},
                             {5, 7, 1},
                             {17, 19, 23},
                             {17, 19, 23, true, false},
                             {17, 19, 23, false, true},
                             {17, 19, 23, true, true},
                             {33, 64, 31, false, false, true},
                             {128, 128, 128, true, false, true},
                             {64, 400, 120},
                             {64, 784, 10},
                             {10, 64, 784, true, false},
                             {256, 1152, 128},
                             {1024, 1024, 1024},
                             {1024, 1024, 1024, true, true},
                             {64, 8192, 512}};
    for (Matrices m : list) {
        m.isWhole = m.isWhole || *bench.products;
        kernelRow("product f32", bench.sizes(m.text()), [&]() -> Result<void> {
            if (bench.isSlow && m.operations() > mostForLoops)
                return leftOutError("too large for plain loops");
            return checkProduct(bench, m);
        });
    }
    for (const Matrices& m : {Matrices{64, 8192, 16}, Matrices{17, 19, 23}})
        kernelRow("product, the same bits", bench.sizes(m.text()),
                  [&] { return checkSameBits(bench, m); });
}

}  // namespace vitrine::device_check

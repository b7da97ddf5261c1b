// SPDX-License-Identifier: Apache-2.0
// Plain loops over matrices.
#include "tests/device/rows/matrices.h"

#include <algorithm>
#include <cmath>

#include "kernels/api/matmul.h"

namespace vitrine::device_check {

std::vector<float> numbersOf(const Matrices& m, int64_t count) {
    std::vector<float> numbers;
    for (int64_t i = 0; i < count; ++i)
        numbers.push_back(m.isWhole ? static_cast<float>(static_cast<int64_t>(drawnBits() % 17) - 8)
                                    : static_cast<float>(drawn()));
    return numbers;
}

Reference multiply(const Matrices& m, const std::vector<float>& a, const std::vector<float>& b) {
    Reference y;
    y.product.assign(static_cast<size_t>(m.rows * m.columns), 0);
    std::vector<double> magnitude(y.product);
    for (int64_t row = 0; row < m.rows; ++row)
        for (int64_t k = 0; k < m.depth; ++k) {
            const double left =
                a[static_cast<size_t>(m.aByColumns ? k * m.rows + row : row * m.depth + k)];
            for (int64_t column = 0; column < m.columns; ++column) {
                const double right = b[static_cast<size_t>(m.bByColumns ? column * m.depth + k
                                                                        : k * m.columns + column)];
                const auto at = static_cast<size_t>(row * m.columns + column);
                y.product[at] += left * right;
                magnitude[at] += std::fabs(left * right);
            }
        }
    for (double sum : magnitude) y.scale = std::max(y.scale, sum);
    return y;
}

ProductPlaces::ProductPlaces(const Matrices& m) {
    const auto behind = [](int64_t at, int64_t count) {
        return (at + count * 4 + 255) / 256 * 256;
    };
    b = behind(a, m.rows * m.depth);
    y = behind(b, m.depth * m.columns);
    end = behind(y, m.rows * m.columns);
    const auto matrix = [](int64_t rows, int64_t columns, bool byColumns) {
        return array({rows, columns}, {byColumns ? 1 : columns, byColumns ? rows : 1}, DType::F32);
    };
    call = callOf(kernels::MatMul{},
                  {matrix(m.rows, m.depth, m.aByColumns), matrix(m.depth, m.columns, m.bByColumns),
                   matrix(m.rows, m.columns, false)});
}

Bytes ProductPlaces::memoryWith(const std::vector<float>& left,
                                const std::vector<float>& right) const {
    Bytes memory(static_cast<size_t>(end + 256), Bench::untouched);
    place(memory, a, left);
    place(memory, b, right);
    return memory;
}

double largestError(const Reference& expected, const Bytes& contents, int64_t at) {
    double largest = 0;
    for (size_t i = 0; i < expected.product.size(); ++i) {
        float found = 0;
        std::memcpy(&found, contents.data() + at + static_cast<int64_t>(i * sizeof found),
                    sizeof found);
        const double error = std::fabs(found - expected.product[i]) / (expected.scale > 0 ? expected.scale : 1);
        largest = error <= largest ? largest : error;  // NaN stays
    }
    return largest;
}

}  // namespace vitrine::device_check

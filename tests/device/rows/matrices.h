// SPDX-License-Identifier: Apache-2.0
// Products of matrices, their operands in memory, and plain loops that say what they should be.
#pragma once

#include "tests/device/bench.h"

namespace vitrine::device_check {

struct Matrices {
    int64_t rows = 1, depth = 1, columns = 1;
    bool aByColumns = false, bByColumns = false;
    bool isWhole = false;  ///< small whole numbers: sums are exact

    int64_t operations() const { return rows * depth * columns; }
    std::string text() const {
        return sizesOf({rows, depth, columns}) + (aByColumns ? ", a turned" : "") +
               (bByColumns ? ", b turned" : "");
    }
};

std::vector<float> numbersOf(const Matrices& m, int64_t count);

struct Reference {
    std::vector<double> product;
    double scale = 0;  ///< the largest sum of magnitudes
};

Reference multiply(const Matrices& m, const std::vector<float>& a, const std::vector<float>& b);

/// a, b and the result, one behind the other, and the call of their product.
struct ProductPlaces {
    int64_t a = 0, b = 0, y = 0, end = 0;
    kernels::Call call;

    explicit ProductPlaces(const Matrices& m);
    Bytes memoryWith(const std::vector<float>& left, const std::vector<float>& right) const;
};

/// Of the product that lies at `at`, as a share of the largest sum of magnitudes; NaN where it has
/// one.
double largestError(const Reference& expected, const Bytes& contents, int64_t at);

}  // namespace vitrine::device_check

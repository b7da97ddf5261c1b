// SPDX-License-Identifier: Apache-2.0
// What the kernels of a device take of a call, as plain numbers; and why they do not take another.
// Nothing here needs a device.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "kernels/api/problem.h"

namespace vitrine::kernels::cuda {

/// `count` times the same word.
struct FillWords {
    int64_t count = 0;
    int wordBytes = 4;  ///< 1, 2, 4 or 8
    uint64_t word = 0;  ///< in the low bytes
};

/// y[i] = a[i] + b[i], in F32 or F64.
struct AddArrays {
    int64_t count = 0;
    DType dtype = DType::F32;
};

/// A matrix whose rows or columns lie without gaps.
struct MatrixPlace {
    int64_t pitch = 0;          ///< elements from one row to the next, or column
    bool isTransposed = false;  ///< columns lie without gaps
};
/// y [rows, columns] without gaps = a [rows, depth] · b [depth, columns], in F32.
struct MatrixProduct {
    int64_t rows = 1, columns = 1, depth = 1;
    MatrixPlace a, b;
};

// Nothing where the call is another, and then `reason` says what is wanted and what was found.
std::optional<FillWords> fillOf(const Call& call, std::string* reason);
std::optional<AddArrays> addOf(const Call& call, std::string* reason);
std::optional<MatrixProduct> productOf(const Call& call, std::string* reason);

}  // namespace vitrine::kernels::cuda

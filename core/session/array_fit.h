// SPDX-License-Identifier: Apache-2.0
// Whether an array is what an input takes, and the same numbers in the type that it takes.
#pragma once

#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/tensor/tensor_data.h"

namespace vitrine {

using SharedTensor = std::shared_ptr<const TensorData>;

/// What an array has to be. `name` stands for it in messages.
struct ArrayWish {
    std::string name;
    Shape shape = {};  ///< of one example, or of all where it is not batched
    bool isBatched = true;
    DType dtype = DType::F32;
    /// `[N, 1, 28, 28]`
    std::string text() const;
};

/// The batch of an array, 0 of none, 1 where it takes none. Errors: "P13" where its shape is
/// another one, with both.
Result<int64_t> batchOf(const ArrayWish& wish, const TensorData& array);

/// Whether an array's type can become the wished one, whatever its numbers are. "P13".
Result<void> checkType(const ArrayWish& wish, DType type);

/// Numbers of another type as the wished one: floats become floats, rounded to nearest; whole
/// numbers whole ones, where each fits. Errors: "P13" for anything else, with the number that does
/// not fit.
Result<SharedTensor> converted(const ArrayWish& wish, SharedTensor array);

/// The place of the first number that is none; −1: there is none.
int64_t firstNaN(const TensorData& array);

/// As a type that an output is said to have: rounded to nearest.
SharedTensor rounded(SharedTensor array, DType type);

}  // namespace vitrine

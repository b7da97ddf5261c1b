// SPDX-License-Identifier: Apache-2.0
// Convolutions with a max pool behind them, or whose gradient comes through one.
#pragma once

#include "kernels/api/offer.h"

namespace vitrine::kernels {

/// A call and the max pool that it has: behind the convolution that it is (`call.store` is done
/// before), whose results are maxima and their index then; or before the gradient of a weight,
/// whose operand 0 is the gradient of the maxima, and means what that was before the pool.
struct PooledCall {
    Call call;
    Problem pool;
    /// Of a gradient: where the pool's index stands among the call's operands, and the maxima, of
    /// which only positive ones let it through (0: all do). Loads read nothing else.
    size_t index = 0, maxima = 0;

    bool isGradient() const { return index != 0; }
};

/// The image that the convolution of such a call makes, or whose gradient it is given.
Image imageAtPool(const Call& call);

/// Those for the call without its pool, with forms for all that it reads and makes.
Offers offers(const PooledCall& pooled);
/// Is there a kernel for it? Bits are those of one after the other.
bool takesPool(const PooledCall& pooled, const Offer& offer);
/// The kernel for a call whose operands lie as they are; without function where there is none.
Kernel bind(const PooledCall& pooled);

}  // namespace vitrine::kernels

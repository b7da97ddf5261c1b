// SPDX-License-Identifier: Apache-2.0
// All kernels that an exported network may call.
#pragma once

#include "along.h"
#include "convolution.h"
#include "depthwise.h"
#include "numbers.h"
#include "pointwise.h"
#include "product.h"
#include "reduce.h"
#include "whole.h"
#include "windows.h"

namespace kernels {

/// What lies so many bytes behind the start of a memory.
template <class T>
T* at(unsigned char* memory, Size bytes) {
    return reinterpret_cast<T*>(memory + bytes);
}
template <class T>
const T* at(const unsigned char* memory, Size bytes) {
    return reinterpret_cast<const T*>(memory + bytes);
}

}  // namespace kernels

// SPDX-License-Identifier: Apache-2.0
// What arrays in Keras' HDF5 files are: their layer, their part in it, and their axes in the order
// that networks here have. Source: keras/src/saving/saving_lib.py and
// legacy/saving/legacy_h5_format.py.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/io/weights/stored_tensor.h"

namespace vitrine {

struct KerasName {
    std::string layer;  ///< `conv2d_1`, of a model within another `sequential.conv2d_1`
    std::string part;   ///< `kernel`; of new files a number, `0`
    bool isNumbered = false;
};
/// Nothing: it belongs to the optimiser, or to what else is no weight.
std::optional<KerasName> kerasNameOf(std::string_view path);

/// `kernel`, `bias`, … of a layer's numbered parts, of which it has `count`; `var0` where its class
/// is not known. `conv2d_12` is of class `conv2d`.
std::string kerasPart(std::string_view layer, size_t index, size_t count);

/// Turns axes: kernels [H, W, in, out] → [out, in, H, W], depthwise [H, W, C, M] → [C·M, 1, H, W],
/// dense [in, out] → [out, in]. `biases`: of its layer, 0 where there is none.
void turnKerasAxes(std::string_view layer, std::string_view part, int64_t biases,
                   StoredTensor& tensor);

}  // namespace vitrine

// SPDX-License-Identifier: Apache-2.0
// What Resize and Upsample of all operator sets are made of: where each result lies among what
// there was, and what it is made of there.
#pragma once

#include <string>
#include <vector>

#include "core/onnx/context.h"

namespace vitrine::onnx {

/// One axis that changes.
struct ResizedAxis {
    int axis = 0;
    int64_t in = 1, out = 1;
    double scale = 1;           ///< as the file says it; results per input
    double start = 0, end = 1;  ///< of the region, from 0 to 1
};

struct Resampling {
    std::string mode = "nearest";                 ///< or linear, cubic
    std::string sampling = "half_pixel";          ///< the attribute coordinate_transformation_mode
    std::string rounding = "round_prefer_floor";  ///< the attribute nearest_mode
    double cubic = -0.75;
    double outside = 0;  ///< results of tf_crop_and_resize that lie outside of what there was
    bool leavesOut = false, antialias = false;
    bool keepsFactor =
        false;  ///< sizes follow from the input's by a factor, rather than being said
    std::vector<ResizedAxis> axes = {};
};

/// As one operator that resizes images where that says the same; else axis by axis.
Value resampled(Context& c, const Value& x, const Resampling& how);

/// The same as operator sets before 11 have it: from the first corners, and by the nearest pixel
/// the one before where a side grows, the one behind where it shrinks.
Value asBefore11(Context& c, Resampling how);

}  // namespace vitrine::onnx

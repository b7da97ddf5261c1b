// SPDX-License-Identifier: Apache-2.0
// Windows of convolutions and poolings as a node's attributes say them.
#pragma once

#include <string>
#include <vector>

#include "core/onnx/context.h"

namespace vitrine::onnx {

/// Along one axis.
struct Sliding {
    int64_t extent = 1;  ///< of what it slides over
    int64_t kernel = 1, stride = 1, dilation = 1, before = 0, after = 0;

    int64_t span() const { return dilation * (kernel - 1) + 1; }
    int64_t padded() const { return extent + before + after; }
    /// How many places it has; `roundsUp`: the last may reach past the padding, but does not begin
    /// behind the pixels and the padding in front of them.
    int64_t places(bool roundsUp) const;
};

struct Windows {
    std::vector<Sliding> axes = {};
    /// "explicit", or "same_upper", "same_lower", "valid": `before` and `after` follow from it.
    std::string padding = "explicit";

    std::vector<int64_t> kernel() const { return each(&Sliding::kernel); }
    std::vector<int64_t> stride() const { return each(&Sliding::stride); }
    std::vector<int64_t> dilation() const { return each(&Sliding::dilation); }
    /// Before every axis, then after.
    std::vector<int64_t> pads() const;

  private:
    std::vector<int64_t> each(int64_t Sliding::*member) const;
};

/// Over the axes of x behind its channels. `kernel`: where the weight says it; the attribute must
/// agree.
Windows windowsOver(const Context& c, const Shape& x, const std::vector<int64_t>& kernel = {});
/// One number for each axis of an attribute, from `least` up; `usual` where it is not there.
std::vector<int64_t> forAxes(const Context& c, std::string_view name, size_t axes, int64_t usual,
                             int64_t least);
/// `pool2d` of images with two axes; refused where there are none or more than three.
std::string operatorFor(const Context& c, std::string_view family, size_t axes);

/// Sums, largest numbers or whatever of each window along one axis: `op` of the taps one after
/// another, with `border` around x.
Value overWindows(Context& c, const Value& x, int axis, const Sliding& sliding, bool roundsUp,
                  std::string_view op, double border);

}  // namespace vitrine::onnx

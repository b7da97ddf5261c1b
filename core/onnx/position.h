// SPDX-License-Identifier: Apache-2.0
// Rules of ArgMax and ArgMin.
#pragma once

#include "core/onnx/context.h"

namespace vitrine::onnx {

/// The last of equals is the first of the reversed axis.
inline void readPosition(Context& c, std::string_view op) {
    const int64_t axis = c.axis("axis", 0, c.rank(0));
    const bool takesLast = c.flag("select_last_index", false);
    Value x = c.in(0);
    if (takesLast) x = c.emit("flip", c.attrs("flip").with("axes", std::vector{axis}), {x});
    Value place =
        c.emit(op, c.attrs(op).with("axis", axis).with("keep_axis", c.flag("keepdims", true)), {x});
    const int64_t last = c.shape(0)[static_cast<int>(axis)] - 1;
    c.give(0, takesLast ? c.sub(c.integerValue(last), place) : place);
}

}  // namespace vitrine::onnx

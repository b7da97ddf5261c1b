// SPDX-License-Identifier: Apache-2.0
// Fields of transforms whose pixels come from other places.
#pragma once

#include "core/data/pixels/warp.h"
#include "core/data/transforms/fields.h"

namespace vitrine::transforms {

constexpr FieldSpec betweenField() {
    return choiceField("between", "Between pixels", betweens,
                       "bilinear: the four nearest pixels, weighed; nearest: one, as it is.");
}
constexpr FieldSpec warpFillField() {
    return fillField("Brightness of what comes in, from black to white.");
}
inline Between betweenOf(const Attrs& attrs) {
    return {.isNearest = attrs.text("between") == "nearest", .fill = fillOf(attrs)};
}

}  // namespace vitrine::transforms

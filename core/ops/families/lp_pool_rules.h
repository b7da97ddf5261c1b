// SPDX-License-Identifier: Apache-2.0
// Norms of windows: (Σ |x|^p)^(1/p), the sums as convolutions with ones.
#pragma once

#include "core/ops/families/window_rules.h"

namespace vitrine::lp_pool {

Result<std::vector<ValueShape>> shapes(const Attrs& attrs, std::span<const ValueShape> in);
std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in);

inline constexpr FieldSpec pField = {.id = "p",
                                     .title = "Norm",
                                     .type = FieldType::Real,
                                     .defaultNumber = 2,
                                     .minimum = 1,
                                     .maximum = 64,
                                     .help = "The power of the magnitudes that are summed.",
                                     .onNode = OnNode::Value};
constexpr std::array<FieldSpec, 6> fields(int axes) {
    return {window::kernelField(axes, 2), window::strideField(axes, 2), window::paddingField(axes),
            window::dilationField(axes),  window::ceilModeField,        pField};
}

}  // namespace vitrine::lp_pool

// SPDX-License-Identifier: Apache-2.0
// Sizes, and means as a linear map.
#include "core/ops/families/adaptive_rules.h"

#include <fmt/format.h>

#include "core/base/count_text.h"
#include "core/opdef/shape_rules.h"

namespace vitrine::adaptive {

Result<std::vector<ValueShape>> shapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Shape& x = in[0].shape;
    const auto& size = attrs.list("size");
    const int axes = x.rank() - 2;
    if (size.size() != 1 && std::ssize(size) != axes)
        return shapeError(fmt::format("size has {}, x {} has {} axes behind its channels",
                                      countOf(size.size(), "number"), x.text(), axes));
    VITRINE_TRY(needSize("x", x));
    Shape result{x[0], x[1]};
    for (int i = 0; i < axes; ++i) result.push(size[size.size() == 1 ? 0 : static_cast<size_t>(i)]);
    return oneResult(result, in[0].dtype);
}

kernels::AxisMap meansOf(int64_t in, int64_t out) {
    kernels::AxisMap map;
    for (int64_t p = 0; p < out; ++p) {
        map.begin.push_back(std::ssize(map.index));
        const int64_t first = p * in / out, end = ((p + 1) * in + out - 1) / out;
        for (int64_t k = first; k < end; ++k) {
            map.index.push_back(k);
            map.weight.push_back(1 / static_cast<double>(end - first));
        }
    }
    map.begin.push_back(std::ssize(map.index));
    return map;
}

}  // namespace vitrine::adaptive

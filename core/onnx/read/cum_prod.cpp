// SPDX-License-Identifier: Apache-2.0
// CumProd: products of all elements up to each along an axis.
#include "core/onnx/empty.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::cum_prod {

namespace {

void read(Context& c) {
    const int64_t axis = c.axisOf(c.integer(c.in(1), "axis"), c.rank(0));
    const Attrs attrs = c.attrs("cumprod")
                            .with("axis", axis)
                            .with("exclusive", c.flag("exclusive", false))
                            .with("reverse", c.flag("reverse", false));
    c.give(0, isEmpty(c, c.in(0)) ? c.in(0) : c.emit("cumprod", attrs, {c.in(0)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "CumProd", .since = 26, .read = read};

}  // namespace vitrine::onnx::rules::cum_prod

// SPDX-License-Identifier: Apache-2.0
// GroupNormalization: groups of channels of each image. Scale and shift are those of groups up to
// opset 20, and of channels since.
#include <fmt/format.h>

#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::group_normalization {

namespace {

/// Those of groups for each of their channels.
Value perChannel(Context& c, size_t k, int64_t groups) {
    const int64_t channels = c.shape(0)[1];
    const int64_t wanted = c.opset() < 21 ? groups : channels;
    if (c.shape(k) != Shape{wanted})
        c.refuse(
            fmt::format("input {} has the shape {}, wanted [{}]", k + 1, c.shape(k).text(), wanted),
            "O17");
    if (c.opset() >= 21 || groups == channels) return c.in(k);
    const Value apart = c.reshape(c.in(k), {groups, 1});
    return c.reshape(c.expand(apart, Shape{groups, channels / groups}), {channels});
}

void read(Context& c) {
    const int64_t groups = c.integer("num_groups", 0);
    const Shape x = c.shape(0);
    if (x.rank() < 2 || groups < 1 || x[1] % groups != 0)
        c.refuseAttribute("num_groups", fmt::format("a divisor of the channels of {}", x.text()));
    const Attrs attrs =
        c.attrs("group_norm").with("groups", groups).with("epsilon", c.real("epsilon", 1e-5));
    c.give(0, c.emit("group_norm", attrs,
                     {c.in(0), perChannel(c, 1, groups), perChannel(c, 2, groups)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "GroupNormalization", .since = 18, .read = read};

}  // namespace vitrine::onnx::rules::group_normalization

// SPDX-License-Identifier: Apache-2.0
// Channels of groups dealt out in turn.
#include <fmt/format.h>

#include "core/opdef/shape_rules.h"

namespace vitrine::ops::channel_shuffle {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const int64_t groups = attrs.integer("groups");
    if (in[0].shape[1] % groups != 0)
        return shapeError(fmt::format("{} channels of x {} do not divide by {} groups",
                                      in[0].shape[1], in[0].shape.text(), groups));
    return oneResult(in[0].shape, in[0].dtype);
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const Shape x = b.shape(in[0]);
    const int64_t groups = attrs.integer("groups");
    const AxisView channels = alongAxis(x, 1);
    const ValueId apart =
        b.reshape(in[0], {channels.outer, groups, channels.extent / groups, channels.inner});
    const ValueId dealt =
        b.emit("transpose",
               b.attrs("transpose").with("permutation", std::vector<int64_t>{0, 2, 1, 3}), {apart});
    return {b.reshape(dealt, x)};
}

constexpr PortSpec inputs[] = {{.id = "x",
                                .title = "Input",
                                .types = everyType,
                                .pattern = "[N, C, …]",
                                .help = "Images with any axes behind their channels."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .types = everyType,
                                 .pattern = "[N, C, …]",
                                 .help = "The images with their channels in another order."}};
constexpr FieldSpec fields[] = {{.id = "groups",
                                 .title = "Groups",
                                 .defaultNumber = 2,
                                 .minimum = 1,
                                 .maximum = 1 << 20,
                                 .help = "Groups that the channels are dealt from.",
                                 .onNode = OnNode::Count}};

constexpr OpSample samples[] = {
    {"", "2x4x3x2"}, {"groups=3", "1x6x2x2"}, {"groups=5", "3x5"}, {"", "2x6x3:i64<9"}};
constexpr OpErrorSample errorSamples[] = {
    {"groups=3", "2x4x3x3", "4 channels of x [2, 4, 3, 3] do not divide by 3 groups"},
    {"", "4", "x needs shape [N, C, …], got [4]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "channel_shuffle",
    .title = "Channel shuffle",
    .category = "shape",
    .summary =
        "Deals the channels of groups out in turn, so that groups behind it see all of them.",
    .formula = "y[n, k·g + i] = x[n, i·C/g + k], i < g",
    .searchWords = "shufflenet group permute",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::channel_shuffle

// SPDX-License-Identifier: Apache-2.0
// Group normalisation (Wu and He 2018); one group is layer, C groups are instance normalisation.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/norm_rules.h"

#include <fmt/format.h>

namespace vitrine::ops::group_norm {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const int64_t channels = in[0].shape[1], groups = attrs.integer("groups");
    if (channels % groups == 0) return std::vector{in[0]};
    return shapeError(fmt::format("{} channels do not divide into {} groups", channels, groups));
}

Result<std::vector<ParamSpec>> parameters(const Attrs& attrs, std::span<const ValueShape> in) {
    if (!attrs.flag("affine")) return std::vector<ParamSpec>{};
    const Shape perChannel{in[0].shape[1]};
    return std::vector<ParamSpec>{{1, perChannel, {InitKind::Ones}}, {2, perChannel, {}}};
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const Shape x = b.shape(in[0]);
    const int64_t groups = attrs.integer("groups"), rows = x[0] * groups;
    const ValueId flat = b.reshape(in[0], {rows, x.elements() / rows});
    const double epsilon = attrs.real("epsilon");
    const ValueId y = attrs.flag("affine") ? norm::rows(b, flat, epsilon, {in[1], in[2], groups})
                                           : norm::rows(b, flat, epsilon);
    return {b.reshape(y, x)};
}

constexpr PortSpec inputs[] = {{.id = "x",
                                .title = "Input",
                                .pattern = "[N, C, …]",
                                .help = "Images with any axes behind their channels."},
                               norm::scaleInput("[C]"),
                               norm::shiftInput("[C]")};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = "[N, C, …]",
                                 .help = "Result, shaped like the input."}};
constexpr FieldSpec fields[] = {
    {.id = "groups",
     .title = "Groups",
     .defaultNumber = 1,
     .minimum = 1,
     .maximum = 65536,
     .help = "Groups of channels that are normalised together, image by image.",
     .onNode = OnNode::Count},
    norm::epsilonField,
    norm::affineField};

constexpr OpSample samples[] = {{"", "3x5"},
                                {"groups=2", "2x4x3x2"},
                                {"groups=3 affine=false", "2x3x5"},
                                {"groups=4 epsilon=0.1", "1x8x2x1x2"}};
constexpr OpErrorSample errorSamples[] = {
    {"groups=3", "2x4x3x2", "4 channels do not divide into 3 groups"},
    {"", "5", "x needs shape [N, C, …], got [5]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "group_norm",
    .title = "Group normalisation",
    .category = "normalisation",
    .summary = "Normalises groups of channels of each image, then scales and shifts.",
    .formula =
        "y = scale[c] · (x − mean) / √(variance + epsilon) + shift[c], over each group of each "
        "image",
    .searchWords = "gn norm instance normalization",
    .shortName = "norm",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .parameters = parameters,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::group_norm

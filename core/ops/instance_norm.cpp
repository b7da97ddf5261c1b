// SPDX-License-Identifier: Apache-2.0
// Instance normalisation (Ulyanov, Vedaldi and Lempitsky 2016): each channel of each image.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/norm_rules.h"

namespace vitrine::ops::instance_norm {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    if (in[0].shape.rank() > 2) return std::vector{in[0]};
    return shapeError("x needs pixels behind its channels: one number has no variance");
}

Result<std::vector<ParamSpec>> parameters(const Attrs& attrs, std::span<const ValueShape> in) {
    if (!attrs.flag("affine")) return std::vector<ParamSpec>{};
    const Shape perChannel{in[0].shape[1]};
    return std::vector<ParamSpec>{{1, perChannel, {InitKind::Ones}}, {2, perChannel, {}}};
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const Shape x = b.shape(in[0]);
    const int64_t channels = x[1], rows = x[0] * channels;
    const ValueId flat = b.reshape(in[0], {rows, x.elements() / rows});
    const double epsilon = attrs.real("epsilon");
    const ValueId y = attrs.flag("affine") ? norm::rows(b, flat, epsilon, {in[1], in[2], channels})
                                           : norm::rows(b, flat, epsilon);
    return {b.reshape(y, x)};
}

constexpr PortSpec inputs[] = {{.id = "x",
                                .title = "Input",
                                .pattern = "[N, C, …]",
                                .help = "Images with at least one axis behind their channels."},
                               norm::scaleInput("[C]"),
                               norm::shiftInput("[C]")};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = "[N, C, …]",
                                 .help = "Result, shaped like the input."}};
constexpr FieldSpec fields[] = {norm::epsilonField, norm::affineField};

constexpr OpSample samples[] = {{"", "2x3x5"},
                                {"epsilon=0.001", "2x4x3x2"},
                                {"affine=false", "1x17x2x2"},
                                {"epsilon=0.1", "1x3x2x1x2"}};
constexpr OpErrorSample errorSamples[] = {
    {"", "2x3", "x needs pixels behind its channels: one number has no variance"},
    {"", "5", "x needs shape [N, C, …], got [5]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "instance_norm",
    .title = "Instance normalisation",
    .category = "normalisation",
    .summary = "Normalises each channel of each image, then scales and shifts.",
    .formula =
        "y = scale[c] · (x − mean) / √(variance + epsilon) + shift[c], over the pixels of "
        "each channel of each image",
    .searchWords = "norm normalization style",
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

}  // namespace vitrine::ops::instance_norm

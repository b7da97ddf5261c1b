// SPDX-License-Identifier: Apache-2.0
// Convolution by standardised filters (Qiao et al. 2019): each filter is brought to mean zero and
// variance one before it is used.
#include "core/opdef/registry.h"
#include "core/ops/families/conv_rules.h"
#include "core/ops/families/norm_rules.h"

namespace vitrine::ops::standardized_conv2d {

namespace {

/// Fields of the convolution that follows.
Attrs convolution(const Attrs& attrs) {
    return window::withFields(Attrs(operatorNamed("conv2d").fields), attrs);
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    return conv::forwardShapes(convolution(attrs), in);
}

Result<std::vector<ParamSpec>> parameters(const Attrs& attrs, std::span<const ValueShape> in) {
    return conv::forwardParameters(convolution(attrs), in);
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const Shape w = b.shape(in[1]);
    const ValueId filters = b.reshape(in[1], {w[0], w.elements() / w[0]});
    const ValueId standardized = b.reshape(norm::rows(b, filters, attrs.real("epsilon")), w);
    return {b.emit("conv2d", convolution(attrs), {in[0], standardized, in[2]})};
}

constexpr auto inputs = conv::forwardInputs(2);
constexpr auto outputs = conv::forwardOutputs(2);
constexpr FieldSpec fields[] = {conv::outChannelsField,
                                window::kernelField(2, 3),
                                window::strideField(2, 1),
                                window::paddingField(2),
                                window::dilationField(2),
                                conv::groupsField,
                                bias::field,
                                initField,
                                {.id = "epsilon",
                                 .title = "Epsilon",
                                 .type = FieldType::Real,
                                 .defaultNumber = 1e-5,
                                 .minimum = 1e-12,
                                 .maximum = 1,
                                 .help = "Added to the variance of a filter."},
                                window::autoPaddingField,
                                conv::paddingModeField};

constexpr OpSample samples[] = {
    {"out_channels=2", "2x2x4x4"},
    {"out_channels=4 kernel=3,2 stride=2 padding=1,0 groups=2 epsilon=0.01", "1x4x4x3"},
    {"out_channels=3 kernel=2 auto_padding=same_upper bias=false", "2x1x3x2"}};
constexpr OpErrorSample errorSamples[] = {
    {"kernel=5", "1x3x4x4", "kernel 5x5 is larger than the padded input 4x4"},
    {"groups=2", "1x3x5x5", "3 input channels do not divide into 2 groups"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "standardized_conv2d",
    .title = "Weight-standardised convolution 2D",
    .category = "convolution",
    .summary = "Slides trained filters of mean zero and variance one over images.",
    .formula = "y = bias + x ∗ ŵ, ŵ[k] = (w[k] − mean) / √(variance + epsilon)",
    .searchWords = "conv weight standardization standardisation",
    .shortName = "conv",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .parameters = parameters,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::standardized_conv2d

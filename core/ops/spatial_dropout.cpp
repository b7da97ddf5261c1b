// SPDX-License-Identifier: Apache-2.0
// Dropout of whole channels (Tompson et al. 2015).
#include "core/ops/families/random_rules.h"

namespace vitrine::ops::spatial_dropout {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector{in[0]};
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    return {random::dropWholes(b, in[0], 2, attrs.real("rate"))};
}

constexpr PortSpec inputs[] = {{.id = "x",
                                .title = "Input",
                                .pattern = "[N, C, …]",
                                .help = "Images with any axes behind their channels."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = "[N, C, …]",
                                 .help = "Result, shaped like the input."}};
constexpr FieldSpec fields[] = {
    random::rateField(0.5, "Share of the channels that become zero in training.")};
constexpr OpSample samples[] = {{"", "3x5"}, {"rate=0.25", "2x3x5x7"}, {"rate=0", "1x17x3x1"}};
constexpr OpErrorSample errors[] = {
    {"", "4", "x needs shape [N, C, …], got [4]"},
    {"rate=1", "3x5", "field 'rate' is '1', wanted a number from 0 to 0.999"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "spatial_dropout",
    .title = "Spatial dropout",
    .category = "regularisation",
    .summary = "Sets a random share of the channels to zero in training and scales others up.",
    .formula =
        "y[n, c] = x[n, c] / (1 − rate) with probability 1 − rate, else 0;  in evaluation "
        "y = x",
    .searchWords = "dropout2d channel drop regularization",
    .shortName = "drop",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::spatial_dropout

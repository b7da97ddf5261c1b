// SPDX-License-Identifier: Apache-2.0
// One example as often as another value has examples: what does not depend on the batch goes beside
// what does.
#include <fmt/format.h>

#include "core/opdef/shape_rules.h"

namespace vitrine::ops::repeat_examples {

namespace {

Shape repeated(const Shape& x, const Shape& like) {
    Shape shape = x;
    shape[0] = like[0];
    return shape;
}

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    const Shape& x = in[0].shape;
    if (x[0] != 1) return shapeError(fmt::format("x needs one example, [1, …], got {}", x.text()));
    const Shape result = repeated(x, in[1].shape);
    VITRINE_TRY(needSize("result", result));
    return oneResult(result, in[0].dtype);
}

std::vector<ValueId> build(Builder& b, const Attrs&, std::span<const ValueId> in) {
    return {b.expand(in[0], repeated(b.shape(in[0]), b.shape(in[1])))};
}

constexpr PortSpec inputs[] = {{.id = "x",
                                .title = "Input",
                                .types = everyType,
                                .hasOwnType = true,
                                .pattern = "[K, …]",
                                .help = "One example."},
                               {.id = "like",
                                .title = "Examples",
                                .types = everyType,
                                .hasOwnType = true,
                                .pattern = "[N, …]",
                                .help = "As many as this has; what is in it does not count."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .types = everyType,
                                 .hasOwnType = true,
                                 .pattern = "[N, …]",
                                 .help = "The example, repeated without a copy."}};

constexpr OpSample samples[] = {
    {"", "1x3x2 4x5"}, {"", "1 3x1x1"}, {"", "1x4:i64<9 2x3"}, {"", "1x2x3 1x7"}};
constexpr OpErrorSample errorSamples[] = {
    {"", "2x3 4x5", "x needs one example, [1, …], got [2, 3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "repeat_examples",
    .title = "Repeat examples",
    .category = "shape",
    .summary = "Repeats one example as often as another value has examples.",
    .formula = "y[n, …] = x[0, …]",
    .searchWords = "expand broadcast batch class token",
    .inputs = inputs,
    .outputs = outputs,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::repeat_examples

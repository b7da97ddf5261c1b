// SPDX-License-Identifier: Apache-2.0
// Sequences of a batch turned round, each up to its own length.
#include <fmt/format.h>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/sequence_rules.h"

namespace vitrine::ops::reverse_sequence {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Shape& x = in[0].shape;
    const int64_t batch = attrs.integer("batch_axis"), time = attrs.integer("time_axis");
    VITRINE_TRY(needAxis(batch, "x", x));
    VITRINE_TRY(needAxis(time, "x", x));
    if (batch > 1 || time > 1 || batch == time)
        return shapeError(
            fmt::format("batch_axis and time_axis need to be 0 and 1, got {} and {}", batch, time));
    if (in[1].shape != Shape{x[static_cast<int>(batch)]})
        return shapeError(
            fmt::format("lengths needs shape [{}], as many as axis {} of x {} has, "
                        "got {}",
                        x[static_cast<int>(batch)], batch, x.text(), in[1].shape.text()));
    return oneResult(x, in[0].dtype);
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    return {sequence::turned(b, in[0], in[1], static_cast<int>(attrs.integer("time_axis")))};
}

constexpr PortSpec inputs[] = {{.id = "x",
                                .title = "Input",
                                .types = everyType,
                                .hasOwnType = true,
                                .pattern = "[…]",
                                .help = "Sequences of a batch."},
                               {.id = "lengths",
                                .title = "Lengths",
                                .types = indexTypes,
                                .hasOwnType = true,
                                .pattern = "[N]",
                                .help = "How many elements of each sequence are turned round."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .types = everyType,
                                 .hasOwnType = true,
                                 .pattern = "[…]",
                                 .help = "The same elements; those past the length stay."}};
constexpr FieldSpec fields[] = {{.id = "batch_axis",
                                 .title = "Batch axis",
                                 .defaultNumber = 1,
                                 .minimum = 0,
                                 .maximum = 1,
                                 .help = "Axis of the sequences, from 0."},
                                {.id = "time_axis",
                                 .title = "Time axis",
                                 .defaultNumber = 0,
                                 .minimum = 0,
                                 .maximum = 1,
                                 .help = "Axis of their elements, from 0."}};

constexpr OpSample samples[] = {
    {"", "4x3 3:i64<5"}, {"batch_axis=0 time_axis=1", "3x4x2 3<5"}, {"", "5x2:u8<9 2:i64<6"}};
constexpr OpErrorSample errorSamples[] = {
    {"", "4x3 4:i64", "lengths needs shape [3], as many as axis 1 of x [4, 3] has, got [4]"},
    {"batch_axis=0", "4x3 4:i64", "batch_axis and time_axis need to be 0 and 1, got 0 and 0"},
    {"", "4 4:i64", "axis 1 is not one of the 1 axes of x [4]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "reverse_sequence",
    .title = "Reverse sequences",
    .category = "shape",
    .summary = "Turns sequences of a batch round, each up to its own length.",
    .formula = "y[t, n] = x[length[n] − 1 − t, n] for t < length[n], else x[t, n]",
    .searchWords = "flip backwards time",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::reverse_sequence

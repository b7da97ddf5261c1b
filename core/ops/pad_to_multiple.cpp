// SPDX-License-Identifier: Apache-2.0
// Elements around a value until a number divides its extents.
#include "core/ops/families/axis_rules.h"
#include "core/ops/families/fitted_pads.h"

namespace vitrine::ops::pad_to_multiple {

namespace {

int64_t next(const Attrs& attrs, int64_t extent) {
    const int64_t multiple = attrs.integer("multiple");
    return (extent + multiple - 1) / multiple * multiple + attrs.integer("more");
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    return fitted::shapes(fitted::padsFor(attrs, in[0].shape, next), in[0]);
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    return {fitted::built(b, fitted::padsFor(attrs, b.shape(in[0]), next), in[0])};
}

constexpr PortSpec outputs[] = {axis::anyOutput("The input, perhaps with more elements around.")};
constexpr FieldSpec fields[] = {{.id = "multiple",
                                 .title = "Multiple",
                                 .defaultNumber = 32,
                                 .minimum = 1,
                                 .maximum = 1 << 20,
                                 .help = "Divides the extents of the result.",
                                 .onNode = OnNode::Value},
                                {.id = "more",
                                 .title = "More",
                                 .defaultNumber = 0,
                                 .minimum = 0,
                                 .maximum = 1 << 20,
                                 .help = "Elements besides. With a stride as the multiple, and its "
                                         "kernel less the stride here, windows reach every place: "
                                         "what other programs call SAME.",
                                 .onNode = OnNode::Named},
                                fitted::axesField,
                                fitted::placeField,
                                fitted::modeField,
                                fitted::valueField};

constexpr OpSample samples[] = {{"multiple=4", "1x2x5x8"},
                                {"multiple=3 place=around mode=reflect", "1x2x4x5"},
                                {"multiple=2 axes=0 value=7", "3x2:i64<9"},
                                {"multiple=2 more=1 place=around", "1x2x5x6"}};
constexpr OpErrorSample errorSamples[] = {
    {"axes=3", "2x3", "axis 3 is not one of the 2 axes of x [2, 3]"},
    {"multiple=8 mode=reflect", "3x3", "reflect padding of axis 0 by 5 wants 6 elements or more"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "pad_to_multiple",
    .title = "Pad to a multiple",
    .category = "shape",
    .summary = "Pads a value until a number divides its extents, or them less some elements.",
    .formula = "y[…, i + before, …] = x[…, i, …], around it a number, x[−i], x[0] or x[n − i]",
    .searchWords = "padding divisible align window size",
    .inputs = axis::anyInput,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::pad_to_multiple

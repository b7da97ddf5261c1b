// SPDX-License-Identifier: Apache-2.0
// Elements around a value, or some cut away, so that it has the extents of another.
#include "core/ops/families/axis_rules.h"
#include "core/ops/families/fitted_pads.h"

namespace vitrine::ops::crop_pad_like {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    return fitted::shapes(fitted::padsFor(attrs, in[0].shape, in[1].shape), in[0]);
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    return {fitted::built(b, fitted::padsFor(attrs, b.shape(in[0]), b.shape(in[1])), in[0])};
}

constexpr PortSpec inputs[] = {{.id = "x",
                                .title = "Input",
                                .types = everyType,
                                .hasOwnType = true,
                                .pattern = "[…]",
                                .help = "Elements of any shape and type."},
                               {.id = "like",
                                .title = "Size",
                                .types = everyType,
                                .hasOwnType = true,
                                .pattern = "[…]",
                                .help = "Has the wanted extents, with as many axes; what is in it "
                                        "does not count."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .types = everyType,
                                 .hasOwnType = true,
                                 .pattern = "[…]",
                                 .help = "The input with those extents."}};
constexpr FieldSpec fields[] = {fitted::axesField, fitted::placeField, fitted::modeField,
                                fitted::valueField};

constexpr OpSample samples[] = {{"", "1x2x3x4 1x1x5x2"},
                                {"place=around", "1x2x3x8 2x2x6x3"},
                                {"axes=0 place=around mode=replicate", "3x2 6x1"},
                                {"axes=1 value=7", "3x2:i64<9 1x5"}};
constexpr OpErrorSample errorSamples[] = {
    {"", "2x3x4 5x6", "x [2, 3, 4] has other axes than like [5, 6]"},
    {"axes=3", "2x3 2x3", "axis 3 is not one of the 2 axes of x [2, 3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "crop_pad_like",
    .title = "Crop or pad like",
    .category = "shape",
    .summary = "Cuts or pads a value to the extents that another has.",
    .formula = "y[…, i + before, …] = x[…, i, …], around it a number, x[−i], x[0] or x[n − i]",
    .searchWords = "padding crop skip connection size match",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::crop_pad_like

// SPDX-License-Identifier: Apache-2.0
// A stretch of one axis: a view.
#include <fmt/format.h>

#include "core/opdef/shape_rules.h"

namespace vitrine::ops::slice {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const int64_t axis = attrs.integer("axis"), start = attrs.integer("start"),
                  length = attrs.integer("length");
    VITRINE_TRY(needAxis(axis, "x", in[0].shape));
    Shape result = in[0].shape;
    int64_t& extent = result[static_cast<int>(axis)];
    if (start + length > extent)
        return shapeError(fmt::format("{} elements from {} reach past the extent {} of axis {}",
                                      length, start, extent, axis));
    extent = length;
    return oneResult(result, in[0].dtype);
}

/// Zeros where nothing was taken.
void vjp(VjpContext& c) {
    const int64_t axis = c.instr.attrs.integer("axis"), start = c.instr.attrs.integer("start"),
                  length = c.instr.attrs.integer("length");
    const int64_t extent = c.b.shape(c.in(0))[static_cast<int>(axis)];
    Attrs attrs = c.b.attrs("zero_pad");
    attrs.with("axis", axis).with("before", start).with("after", extent - start - length);
    c.inGrad[0] = c.b.emit("zero_pad", attrs, {c.outGrad[0]});
}

void jvp(JvpContext& c) { c.outTangent[0] = c.b.emit("slice", c.instr.attrs, {c.inTangent[0]}); }

std::optional<ArrayView> view(const Attrs& attrs, const ArrayView& in, const Shape& out) {
    const int64_t stride = in.strides[static_cast<int>(attrs.integer("axis"))];
    return ArrayView{out, in.strides, in.offset + attrs.integer("start") * stride};
}

double flops(const OpQuery&) { return 0; }

constexpr PortSpec inputs[] = {{.id = "x",
                                .title = "Input",
                                .types = everyType,
                                .pattern = "[…]",
                                .help = "Elements of any shape and type."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .types = everyType,
                                 .pattern = "[…]",
                                 .help = "The input with that axis shortened to the length."}};
constexpr FieldSpec fields[] = {axisField("Axis to cut, from 0.", 1),
                                {.id = "start",
                                 .title = "Start",
                                 .defaultNumber = 0,
                                 .minimum = 0,
                                 .maximum = static_cast<double>(maxElements),
                                 .help = "First place that is kept, from 0."},
                                {.id = "length",
                                 .title = "Length",
                                 .defaultNumber = 1,
                                 .minimum = 1,
                                 .maximum = static_cast<double>(maxElements),
                                 .help = "Number of places that are kept."}};

constexpr OpSample samples[] = {{"axis=1 start=1 length=2", "2x4x3x3"},
                                {"axis=3 start=2 length=3", "1x2x3x5"},
                                {"axis=0 start=0 length=1", "3"},
                                {"axis=0 start=4 length=13", "17x2"}};
constexpr OpErrorSample errorSamples[] = {
    {"axis=1 start=3 length=4", "2x5", "4 elements from 3 reach past the extent 5 of axis 1"},
    {"axis=4", "2x3x5x5", "axis 4 is not one of the 4 axes of x [2, 3, 5, 5]"},
    {"start=-1", "2x5", "field 'start' is '-1', wanted a whole number from 0"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "slice",
    .title = "Slice",
    .category = "shape",
    .summary = "Keeps a stretch of one axis.",
    .formula = "y[…, i, …] = x[…, start + i, …], i < length",
    .searchWords = "crop cut narrow",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .vjp = vjp,
    .jvp = jvp,
    .view = view,
    .flops = flops,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::slice

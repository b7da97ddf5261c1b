// SPDX-License-Identifier: Apache-2.0
// A stretch of one axis, or places of it at equal distances: a view.
#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/axis_rules.h"

namespace vitrine::ops::slice {

namespace {

/// The field `start`, from 0.
int64_t startOf(const Attrs& attrs, int64_t extent) {
    const int64_t start = attrs.integer("start");
    return start < 0 ? start + extent : start;
}

/// The field `length`, or what there is up to the end.
int64_t lengthOf(const Attrs& attrs, int64_t extent) {
    const int64_t length = attrs.integer("length"), step = attrs.integer("step");
    if (length > 0) return length;
    const int64_t start = startOf(attrs, extent), rest = step > 0 ? extent - 1 - start : start;
    return std::max<int64_t>(rest, 0) / std::abs(step) + 1;
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const int64_t axis = attrs.integer("axis"), step = attrs.integer("step");
    VITRINE_TRY(needAxis(axis, "x", in[0].shape));
    Shape result = in[0].shape;
    int64_t& extent = result[static_cast<int>(axis)];
    if (step == 0) return shapeError("step is 0, wanted another number");
    const int64_t start = startOf(attrs, extent), length = lengthOf(attrs, extent),
                  last = start + (length - 1) * step;
    if (std::min(start, last) < 0 || std::max(start, last) >= extent)
        return shapeError(fmt::format("{} elements from {}{} reach past the extent {} of axis {}",
                                      length, attrs.integer("start"),
                                      step == 1 ? "" : fmt::format(" in steps of {}", step), extent,
                                      axis));
    extent = length;
    return oneResult(result, in[0].dtype);
}

/// Every place of an axis followed by step − 1 zeros.
ValueId spread(Builder& b, ValueId x, int axis, int64_t step) {
    const Shape shape = b.shape(x);
    const AxisView view = alongAxis(shape, axis);
    const ValueId apart = b.reshape(x, {view.outer, view.extent, 1, view.inner});
    const ValueId padded = axis::padded(b, apart, 2, 0, step - 1);
    return b.reshape(padded, axis::with(shape, axis, view.extent * step));
}

/// Zeros where nothing was taken.
void vjp(VjpContext& c) {
    const Attrs& attrs = c.instr.attrs;
    const auto axis = static_cast<int>(attrs.integer("axis"));
    const int64_t extent = c.b.shape(c.in(0))[axis], length = c.b.shape(c.out(0))[axis];
    int64_t start = startOf(attrs, extent), step = attrs.integer("step");
    ValueId dy = c.outGrad[0];
    if (step < 0) {
        dy = axis::turned(c.b, dy, axis);
        start += (length - 1) * step;
        step = -step;
    }
    int64_t covered = length;
    if (step > 1) {
        covered = std::min(length * step, extent - start);
        dy = axis::piece(c.b, spread(c.b, dy, axis, step), axis, {.length = covered});
    }
    c.inGrad[0] = axis::padded(c.b, dy, axis, start, extent - start - covered);
}

void jvp(JvpContext& c) { c.outTangent[0] = c.b.emit("slice", c.instr.attrs, {c.inTangent[0]}); }

std::optional<ArrayView> view(const Attrs& attrs, const ArrayView& in, const Shape& out) {
    const auto axis = static_cast<int>(attrs.integer("axis"));
    ArrayView result{out, in.strides,
                     in.offset + startOf(attrs, in.shape[axis]) * in.strides[axis]};
    result.strides[axis] *= attrs.integer("step");
    return result;
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
                                 .minimum = -static_cast<double>(maxElements),
                                 .maximum = static_cast<double>(maxElements),
                                 .help = "First place that is kept, from 0; from -1 down it "
                                         "counts from the last."},
                                {.id = "length",
                                 .title = "Length",
                                 .defaultNumber = 1,
                                 .minimum = 0,
                                 .maximum = static_cast<double>(maxElements),
                                 .help = "Number of places that are kept; 0: all up to the end."},
                                addition({.id = "step",
                                          .title = "Step",
                                          .defaultNumber = 1,
                                          .minimum = -(1 << 20),
                                          .maximum = 1 << 20,
                                          .help = "From one place to the next; below zero they "
                                                  "are kept in reverse order."})};

constexpr OpSample samples[] = {{"axis=1 start=1 length=2", "2x4x3x3"},
                                {"axis=3 start=2 length=3", "1x2x3x5"},
                                {"axis=0 start=0 length=1", "3"},
                                {"axis=0 start=4 length=13", "17x2"},
                                {"start=-3 length=2", "2x5x2"},
                                {"axis=2 start=1 length=3 step=2", "2x2x6"},
                                {"axis=0 length=3 step=3", "9x2"},
                                {"start=-1 length=3 step=-2", "2x6x2"},
                                {"axis=0 start=3 length=4 step=-1", "4:i64"},
                                {"axis=2 start=1 length=0 step=2", "2x2x6"},
                                {"start=-2 length=0 step=-2", "2x6x2"},
                                {"start=2 length=0", "2x5"}};
constexpr OpErrorSample errorSamples[] = {
    {"axis=1 start=3 length=4", "2x5", "4 elements from 3 reach past the extent 5 of axis 1"},
    {"axis=4", "2x3x5x5", "axis 4 is not one of the 4 axes of x [2, 3, 5, 5]"},
    {"start=-6", "2x5", "1 elements from -6 reach past the extent 5 of axis 1"},
    {"length=3 step=3", "2x5", "3 elements from 0 in steps of 3 reach past the extent 5 of axis 1"},
    {"length=2 step=-1", "2x5", "2 elements from 0 in steps of -1 reach past"},
    {"start=5 length=0", "2x5", "1 elements from 5 reach past the extent 5 of axis 1"},
    {"step=0", "2x5", "step is 0, wanted another number"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "slice",
    .title = "Slice",
    .category = "shape",
    .summary = "Keeps a stretch of one axis, or places of it at equal distances.",
    .formula = "y[…, i, …] = x[…, start + i · step, …], i < length",
    .searchWords = "cut narrow stride step subsample",
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

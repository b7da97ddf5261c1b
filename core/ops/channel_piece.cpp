// SPDX-License-Identifier: Apache-2.0
// A stretch of the channels of images as a copy: what a slice becomes where images lie in planes,
// which have no strides.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/axis_rules.h"

#include <fmt/format.h>

namespace vitrine::ops::channel_piece {

namespace {

int64_t endOf(const Attrs& attrs) { return attrs.integer("start") + attrs.integer("length"); }

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const int64_t channels = in[0].shape[1];
    if (endOf(attrs) > channels)
        return shapeError(fmt::format("{} channels from {} reach past the {} of x",
                                      attrs.integer("length"), attrs.integer("start"), channels));
    return oneResult(axis::with(in[0].shape, 1, attrs.integer("length")), in[0].dtype);
}

void vjp(VjpContext& c) {
    const Attrs& attrs = c.instr.attrs;
    c.inGrad[0] = axis::padded(c.b, c.outGrad[0], 1, attrs.integer("start"),
                               c.b.shape(c.in(0))[1] - endOf(attrs));
}

void jvp(JvpContext& c) {
    c.outTangent[0] = c.b.emit("channel_piece", c.instr.attrs, {c.inTangent[0]});
}

kernels::Problem problem(const OpQuery& q) {
    const Attrs& attrs = q.instr.attrs;
    return kernels::ZeroPad{
        .axis = 1, .before = -attrs.integer("start"), .after = endOf(attrs) - q.in[0].shape[1]};
}

double flops(const OpQuery&) { return 0; }

constexpr PortSpec inputs[] = {{.id = "x",
                                .title = "Input",
                                .types = everyType,
                                .pattern = "[N, C, …]",
                                .help = "Images with any axes behind their channels."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .types = everyType,
                                 .pattern = "[N, K, …]",
                                 .help = "The images with those channels alone."}};
constexpr FieldSpec fields[] = {{.id = "start",
                                 .title = "Start",
                                 .defaultNumber = 0,
                                 .minimum = 0,
                                 .maximum = static_cast<double>(maxElements),
                                 .help = "First channel that is kept."},
                                {.id = "length",
                                 .title = "Length",
                                 .defaultNumber = 1,
                                 .minimum = 1,
                                 .maximum = static_cast<double>(maxElements),
                                 .help = "Number of channels that are kept."}};
constexpr OpSample samples[] = {{"start=1 length=2", "2x4x3x3"},
                                {"length=3", "3x5"},
                                {"start=17 length=16", "17x40x2x3"},
                                {"start=2", "2x3x4:i64"}};
constexpr OpErrorSample errors[] = {
    {"start=3 length=4", "2x5", "4 channels from 3 reach past the 5 of x"},
    {"", "5", "x needs shape [N, C, …], got [5]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "channel_piece",
    .title = "Piece of channels",
    .category = "internal",
    .summary = "Copies a stretch of the channels of images.",
    .formula = "y[n, c, …] = x[n, start + c, …], c < length",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = problem,
    .flops = flops,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::channel_piece

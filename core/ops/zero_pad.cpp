// SPDX-License-Identifier: Apache-2.0
// Zeros before and after the elements of one axis: the adjoint of slice.
#include "core/opdef/shape_rules.h"

namespace vitrine::ops::zero_pad {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const int64_t axis = attrs.integer("axis");
    VITRINE_TRY(needAxis(axis, "x", in[0].shape));
    VITRINE_TRY(needSize("x", in[0].shape));
    Shape result = in[0].shape;
    result[static_cast<int>(axis)] += attrs.integer("before") + attrs.integer("after");
    return oneResult(result, in[0].dtype);
}

void vjp(VjpContext& c) {
    const int64_t axis = c.instr.attrs.integer("axis");
    Attrs attrs = c.b.attrs("slice");
    attrs.with("axis", axis)
        .with("start", c.instr.attrs.integer("before"))
        .with("length", c.b.shape(c.in(0))[static_cast<int>(axis)]);
    c.inGrad[0] = c.b.emit("slice", attrs, {c.outGrad[0]});
}

void jvp(JvpContext& c) { c.outTangent[0] = c.b.emit("zero_pad", c.instr.attrs, {c.inTangent[0]}); }

kernels::Problem problem(const OpQuery& q) {
    const Attrs& attrs = q.instr.attrs;
    return kernels::ZeroPad{.axis = static_cast<int>(attrs.integer("axis")),
                            .before = attrs.integer("before"),
                            .after = attrs.integer("after")};
}

double flops(const OpQuery&) { return 0; }

constexpr PortSpec inputs[] = {{.id = "x",
                                .title = "Input",
                                .types = everyType,
                                .pattern = "[…]",
                                .help = "Elements of any shape."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .types = everyType,
                                 .pattern = "[…]",
                                 .help = "The input with that axis made longer by zeros."}};
constexpr FieldSpec fields[] = {axisField("Axis to make longer, from 0.", 1),
                                {.id = "before",
                                 .title = "Before",
                                 .defaultNumber = 0,
                                 .minimum = 0,
                                 .maximum = static_cast<double>(maxElements),
                                 .help = "Zeros in front."},
                                {.id = "after",
                                 .title = "After",
                                 .defaultNumber = 0,
                                 .minimum = 0,
                                 .maximum = static_cast<double>(maxElements),
                                 .help = "Zeros behind."}};

constexpr OpSample samples[] = {{"axis=1 before=1 after=2", "2x3x2x2"},
                                {"axis=3 after=1", "1x2x3x5"},
                                {"axis=0 before=4", "3"},
                                {"axis=0 before=1", "17x2"}};
constexpr OpErrorSample errorSamples[] = {
    {"axis=2", "2x5", "axis 2 is not one of the 2 axes of x [2, 5]"},
    {"before=1099511627776", "2x5", "has more than 2^40 elements"},
    {"after=-1", "2x5", "field 'after' is '-1', wanted a whole number from 0"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "zero_pad",
    .title = "Zero padding",
    .category = "shape",
    .summary = "Adds zeros before and after the elements of one axis.",
    .formula = "y[…, before + i, …] = x[…, i, …], zero elsewhere",
    .searchWords = "padding border",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = problem,
    .flops = flops,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::zero_pad

// SPDX-License-Identifier: Apache-2.0
// Product with a constant.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::scale {

namespace {

void vjp(VjpContext& c) { c.inGrad[0] = c.b.emit("scale", c.instr.attrs, {c.outGrad[0]}); }

void jvp(JvpContext& c) { c.outTangent[0] = c.b.emit("scale", c.instr.attrs, {c.inTangent[0]}); }

kernels::Problem problem(const OpQuery& q) {
    return kernels::Map{kernels::Pointwise::Scale, q.instr.attrs.real("factor")};
}

constexpr FieldSpec fields[] = {{.id = "factor",
                                 .title = "Factor",
                                 .type = FieldType::Real,
                                 .defaultNumber = 1,
                                 .help = "What every element is multiplied by."}};
constexpr OpSample samples[] = {
    {"factor=-2.5", "3x5"}, {"factor=0.125", "2x3x5x7"}, {"", "1x17x3x1"}, {"factor=3", "scalar"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "scale",
    .title = "Scale",
    .category = "internal",
    .summary = "Product with a constant.",
    .formula = "y = factor · x",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .fields = fields,
    .inferShapes = pointwise::shapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = problem,
    .samples = samples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::scale

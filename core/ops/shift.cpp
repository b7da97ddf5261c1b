// SPDX-License-Identifier: Apache-2.0
// Sum with a constant.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::shift {

namespace {

void vjp(VjpContext& c) { c.inGrad[0] = c.outGrad[0]; }

void jvp(JvpContext& c) { c.outTangent[0] = c.inTangent[0]; }

kernels::Problem problem(const OpQuery& q) {
    return kernels::Map{kernels::Pointwise::Shift, q.instr.attrs.real("offset")};
}

constexpr FieldSpec fields[] = {{.id = "offset",
                                 .title = "Offset",
                                 .type = FieldType::Real,
                                 .defaultNumber = 0,
                                 .help = "What is added to every element."}};
constexpr OpSample samples[] = {
    {"offset=-2.5", "3x5"}, {"offset=0.125", "2x3x5x7"}, {"", "1x17x3x1"}, {"offset=1", "scalar"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "shift",
    .title = "Shift",
    .category = "internal",
    .summary = "Sum with a constant.",
    .formula = "y = x + offset",
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

}  // namespace vitrine::ops::shift

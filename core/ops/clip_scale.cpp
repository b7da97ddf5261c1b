// SPDX-License-Identifier: Apache-2.0
// What gradients are multiplied by so that their norm stays below a limit.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::clip_scale {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector{in[0]};
}

/// −v · y² / max_norm where the limit is active, that is where 1 − y > 0, else zero.
ValueId derivative(Builder& b, const Instr& instr, ValueId v) {
    const ValueId y = instr.out[0];
    const ValueId below = b.emit("shift", b.attrs("shift").with("offset", 1.0), {b.scale(y, -1.0)});
    const ValueId slope = b.scale(b.mul(v, b.mul(y, y)), -1.0 / instr.attrs.real("max_norm"));
    return b.emit("relu_gate", {slope, below});
}

void vjp(VjpContext& c) { c.inGrad[0] = derivative(c.b, c.instr, c.outGrad[0]); }

void jvp(JvpContext& c) { c.outTangent[0] = derivative(c.b, c.instr, c.inTangent[0]); }

kernels::Problem problem(const OpQuery& q) {
    return kernels::Map{kernels::Pointwise::ClipScale, q.instr.attrs.real("max_norm")};
}

constexpr PortSpec inputs[] = {{.id = "norm",
                                .title = "Norm",
                                .pattern = "[]",
                                .help = "Norm of all gradients together; one element."}};
constexpr PortSpec outputs[] = {
    {.id = "factor", .title = "Factor", .pattern = "[]", .help = "At most one."}};
constexpr FieldSpec fields[] = {{.id = "max_norm",
                                 .title = "Largest norm",
                                 .type = FieldType::Real,
                                 .defaultNumber = 1,
                                 .minimum = 1e-9,
                                 .maximum = 1e9,
                                 .help = "Gradients with a larger norm are scaled down to it."}};
constexpr OpSample samples[] = {
    {"", "scalar", 2, 3}, {"", "1", 0.25, 0.75}, {"max_norm=5", "scalar", 6, 9}};
constexpr OpErrorSample errors[] = {
    {"", "2", "norm needs one element, got [2]"},
    {"max_norm=0", "scalar", "field 'max_norm' is '0', wanted a number from"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "clip_scale",
    .title = "Clip factor",
    .category = "internal",
    .summary = "Factor that brings gradients down to a largest norm.",
    .formula = "factor = min(1, max_norm / (norm + 1e-6))",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = problem,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::clip_scale

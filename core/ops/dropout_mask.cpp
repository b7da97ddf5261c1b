// SPDX-License-Identifier: Apache-2.0
// Sets elements to zero that a counter-based random number picks, and scales the others up. No mask
// is stored: it is a function of key, stream and element, so the derivative draws it again.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::dropout_mask {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector{in[0]};
}

/// Linear in x: both derivatives apply the same mask.
void vjp(VjpContext& c) {
    if (c.wanted[0]) c.inGrad[0] = c.b.emit("dropout_mask", c.instr.attrs, {c.outGrad[0], c.in(1)});
}

void jvp(JvpContext& c) {
    if (c.inTangent[0] != noValue)
        c.outTangent[0] = c.b.emit("dropout_mask", c.instr.attrs, {c.inTangent[0], c.in(1)});
}

kernels::Problem problem(const OpQuery& q) {
    return kernels::Dropout{.rate = q.instr.attrs.real("rate"),
                            .stream = static_cast<uint32_t>(q.instr.attrs.integer("stream"))};
}

constexpr PortSpec inputs[] = {
    {.id = "x", .title = "Input", .pattern = "[S…]", .help = "Numbers of any shape."},
    {.id = "key",
     .title = "Key",
     .types = DType::I64,
     .pattern = "[2]",
     .help = "Seed of the run and number of the step, as int64."}};
constexpr FieldSpec fields[] = {{.id = "rate",
                                 .title = "Rate",
                                 .type = FieldType::Real,
                                 .defaultNumber = 0.5,
                                 .minimum = 0,
                                 .maximum = 0.999,
                                 .help = "Share of the elements that become zero."},
                                {.id = "stream",
                                 .title = "Stream",
                                 .type = FieldType::Int,
                                 .defaultNumber = 0,
                                 .minimum = 0,
                                 .maximum = 4294967295.0,
                                 .help = "Keeps the random numbers of different nodes apart."}};
constexpr OpSample samples[] = {
    {"", "3x5 2:i64"}, {"rate=0.25 stream=7", "2x3x5x7 2:i64"}, {"rate=0", "1x17x3x1 2:i64"}};
constexpr OpErrorSample errors[] = {{"", "2x3 3:i64", "key needs shape [2], got [3]"},
                                    {"", "2x3 2", "key needs i64, got f32"},
                                    {"", "3<10 2:i64", "x needs f32 or f64, got i32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "dropout_mask",
    .title = "Dropout mask",
    .category = "internal",
    .summary = "Zeroes randomly picked elements and scales the others up.",
    .formula = "y = random(key, stream, element) ≥ rate ? x / (1 − rate) : 0",
    .inputs = inputs,
    .outputs = pointwise::outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = problem,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::dropout_mask

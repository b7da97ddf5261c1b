// SPDX-License-Identifier: Apache-2.0
// Numbers near zero become zero, and others move towards it.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::shrink {

namespace {

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const double lambda = attrs.real("lambda"), bias = attrs.real("bias");
    const ValueId x = in[0];
    const ValueId moved = bias == 0 ? x : b.sub(x, b.scale(b.emit("sign", {x}), bias));
    return {pointwise::outside(b, moved, x, -lambda, lambda)};
}

constexpr FieldSpec fields[] = {{.id = "lambda",
                                 .title = "Lambda",
                                 .type = FieldType::Real,
                                 .defaultNumber = 0.5,
                                 .minimum = 0,
                                 .maximum = 1e30,
                                 .help = "Up to this magnitude numbers become 0.",
                                 .onNode = OnNode::Value},
                                {.id = "bias",
                                 .title = "Bias",
                                 .type = FieldType::Real,
                                 .defaultNumber = 0,
                                 .minimum = -1e30,
                                 .maximum = 1e30,
                                 .help = "How far the others move towards 0."}};
constexpr OpSample samples[] = {{"", "3x5", -2, 2},
                                {"lambda=0.25 bias=0.1", "2x3x5x7"},
                                {"lambda=0.5 bias=2", "1x17x3x1", -2, 2},
                                {"bias=-1", "5", -3, 3}};
constexpr OpErrorSample errors[] = {
    {"", "3<10", "x needs floating-point numbers, got i32"},
    {"lambda=-1", "3x5", "field 'lambda' is '-1', wanted a number from 0 to 1e+30"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "shrink",
    .title = "Shrink",
    .category = "activation",
    .summary = "Numbers near zero become zero, and others move towards it by a bias.",
    .formula = "y = x − bias above lambda, x + bias below −lambda, and 0 between",
    .searchWords = "hardshrink softshrink",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .fields = fields,
    .inferShapes = pointwise::shapes,
    .build = build,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::shrink

// SPDX-License-Identifier: Apache-2.0
// Stochastic gradient descent with momentum, Nesterov's variant and weight decay.
#include "core/optim/optimizer.h"

namespace vitrine::optim::sgd {

namespace {

std::vector<ValueId> build(Builder& b, const Attrs& attrs, const UpdateContext& c) {
    const Attrs update = b.attrs("sgd_update")
                             .with("momentum", attrs.real("momentum"))
                             .with("weight_decay", attrs.real("weight_decay"))
                             .with("nesterov", attrs.flag("nesterov"));
    const ValueId operands[] = {c.parameter, c.gradient, c.slotValues[0], c.learningRate, c.scale};
    return b.emitAll("sgd_update", update, operands);
}

constexpr FieldSpec fields[] = {{.id = "momentum",
                                 .title = "Momentum",
                                 .type = FieldType::Real,
                                 .defaultNumber = 0,
                                 .minimum = 0,
                                 .maximum = 1,
                                 .help = "Share of the velocity that stays at each step."},
                                {.id = "weight_decay",
                                 .title = "Weight decay",
                                 .type = FieldType::Real,
                                 .defaultNumber = 0,
                                 .minimum = 0,
                                 .maximum = 1e6,
                                 .help = "Share of each weight that is added to its gradient."},
                                {.id = "nesterov",
                                 .title = "Nesterov",
                                 .type = FieldType::Bool,
                                 .help = "Takes the gradient's step ahead of the velocity's."}};
constexpr std::string_view slotNames[] = {"momentum"};

}  // namespace

extern const OptimizerDescriptor descriptor;
constinit const OptimizerDescriptor descriptor = {
    .id = "sgd",
    .title = "SGD",
    .summary = "Gradient descent on batches, with momentum.",
    .fields = fields,
    .slotNames = slotNames,
    .build = build,
};

}  // namespace vitrine::optim::sgd

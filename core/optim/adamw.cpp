// SPDX-License-Identifier: Apache-2.0
// AdamW (Loshchilov & Hutter 2019): Adam with decoupled weight decay.
#include "core/optim/adam_rules.h"

namespace vitrine::optim::adamw {

namespace {

std::vector<ValueId> build(Builder& b, const Attrs& attrs, const UpdateContext& c) {
    return buildAdam(b, attrs, c, true);
}

constexpr FieldSpec fields[] = {beta1Field,
                                beta2Field,
                                epsilonField,
                                {.id = "weight_decay",
                                 .title = "Weight decay",
                                 .type = FieldType::Real,
                                 .defaultNumber = 0.01,
                                 .minimum = 0,
                                 .maximum = 1e6,
                                 .help = "Share by which the learning rate shrinks each weight."}};

}  // namespace

extern const OptimizerDescriptor descriptor;
constinit const OptimizerDescriptor descriptor = {
    .id = "adamw",
    .title = "AdamW",
    .summary = "Adam whose weight decay shrinks the weights themselves.",
    .fields = fields,
    .slotNames = adamSlotNames,
    .build = build,
};

}  // namespace vitrine::optim::adamw

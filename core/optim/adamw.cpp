// SPDX-License-Identifier: Apache-2.0
// AdamW (Loshchilov & Hutter 2019): Adam with decoupled weight decay.
#include "core/optim/families/adam_rules.h"

namespace vitrine::optim::adamw {

namespace {

std::vector<ValueId> build(Builder& b, const Attrs& attrs, const UpdateContext& c) {
    return buildAdam(b, attrs, c, true);
}

constexpr FieldSpec fields[] = {beta1Field, beta2Field, epsilonField,
                                weightDecayField(0.01, decoupledHelp), amsgradField};

}  // namespace

extern const OptimizerDescriptor descriptor;
constinit const OptimizerDescriptor descriptor = {
    .id = "adamw",
    .title = "AdamW",
    .summary = "Adam whose weight decay shrinks the weights themselves.",
    .fields = fields,
    .slotsOf = adamSlots,
    .build = build,
};

}  // namespace vitrine::optim::adamw

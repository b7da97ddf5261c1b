// SPDX-License-Identifier: Apache-2.0
// Adam (Kingma & Ba 2015).
#include "core/optim/families/adam_rules.h"

namespace vitrine::optim::adam {

namespace {

std::vector<ValueId> build(Builder& b, const Attrs& attrs, const UpdateContext& c) {
    return buildAdam(b, attrs, c, false);
}

constexpr FieldSpec fields[] = {beta1Field, beta2Field, epsilonField, coupledDecay, amsgradField};

}  // namespace

extern const OptimizerDescriptor descriptor;
constinit const OptimizerDescriptor descriptor = {
    .id = "adam",
    .title = "Adam",
    .summary =
        "Steps of a size of their own for every weight, from running means of the gradient and its "
        "square.",
    .fields = fields,
    .slotsOf = adamSlots,
    .build = build,
};

}  // namespace vitrine::optim::adam

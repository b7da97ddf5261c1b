// SPDX-License-Identifier: Apache-2.0
// A learning rate that drops by a factor at the epochs of a list.
#include <cmath>

#include "core/optim/families/warmup.h"

namespace vitrine::schedules::multi_step {

namespace {

/// gamma to the power of how many epochs of the list are reached, in any order; one that is there
/// twice drops twice. (PyTorch's MultiStepLR.)
double factor(const Attrs& attrs, const ScheduleContext& c) {
    const int64_t epoch = c.step / c.stepsPerEpoch;
    int drops = 0;
    for (int64_t at : attrs.list("epochs")) drops += at <= epoch;
    return std::pow(attrs.real("gamma"), drops);
}

constexpr FieldSpec fields[] = {
    {.id = "epochs",
     .title = "At",
     .type = FieldType::IntList,
     .defaultText = "30,60,90",
     .minimum = 0,
     .maximum = 1e6,
     .unit = "epochs",
     .help = "Epochs, counted from 0, whose first step has the lower rate."},
    {.id = "gamma",
     .title = "Gamma",
     .type = FieldType::Real,
     .defaultNumber = 0.1,
     .minimum = 1e-6,
     .maximum = 1,
     .help = "What the learning rate is multiplied by at each of them."},
    addition(warmupEpochs),
    warmupStart};

}  // namespace

extern const ScheduleDescriptor descriptor;
constinit const ScheduleDescriptor descriptor = {
    .id = "multi_step",
    .title = "Steps at epochs",
    .summary = "The learning rate drops by a factor at each epoch of a list.",
    .fields = fields,
    .factor = afterWarmup<factor>,
};

}  // namespace vitrine::schedules::multi_step

// SPDX-License-Identifier: Apache-2.0
// A learning rate that stays as it is.
#include "core/optim/families/warmup.h"

namespace vitrine::schedules::constant {

namespace {

double factor(const Attrs&, const ScheduleContext&) { return 1.0; }

constexpr FieldSpec fields[] = {addition(warmupEpochs), warmupStart};

}  // namespace

extern const ScheduleDescriptor descriptor;
constinit const ScheduleDescriptor descriptor = {
    .id = "constant",
    .title = "Constant",
    .summary = "The learning rate stays as it is.",
    .fields = fields,
    .factor = afterWarmup<factor>,
};

}  // namespace vitrine::schedules::constant

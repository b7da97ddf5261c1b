// SPDX-License-Identifier: Apache-2.0
// A learning rate that drops by a factor every few epochs.
#include <cmath>

#include "core/optim/families/warmup.h"

namespace vitrine::schedules::step {

namespace {

/// gamma^⌊epoch / every⌋.
double factor(const Attrs& attrs, const ScheduleContext& c) {
    const int64_t epoch = c.step / c.stepsPerEpoch;
    return std::pow(attrs.real("gamma"), static_cast<double>(epoch / attrs.integer("every")));
}

constexpr FieldSpec fields[] = {{.id = "every",
                                 .title = "Every",
                                 .type = FieldType::Int,
                                 .defaultNumber = 10,
                                 .minimum = 1,
                                 .maximum = 1e6,
                                 .unit = "epochs",
                                 .help = "Epochs between two drops."},
                                {.id = "gamma",
                                 .title = "Gamma",
                                 .type = FieldType::Real,
                                 .defaultNumber = 0.1,
                                 .minimum = 1e-6,
                                 .maximum = 1,
                                 .help = "What the learning rate is multiplied by at each drop."},
                                addition(warmupEpochs),
                                warmupStart};

}  // namespace

extern const ScheduleDescriptor descriptor;
constinit const ScheduleDescriptor descriptor = {
    .id = "step",
    .title = "Step",
    .summary = "The learning rate drops by a factor every few epochs.",
    .fields = fields,
    .factor = afterWarmup<factor>,
};

}  // namespace vitrine::schedules::step

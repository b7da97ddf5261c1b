// SPDX-License-Identifier: Apache-2.0
// A learning rate that falls by the same share in every epoch.
#include <cmath>

#include "core/optim/families/warmup.h"

namespace vitrine::schedules::exponential {

namespace {

/// gamma^epoch (PyTorch's ExponentialLR); smooth: gamma^(step / steps of an epoch).
double factor(const Attrs& attrs, const ScheduleContext& c) {
    const double gamma = attrs.real("gamma");
    if (!attrs.flag("smooth"))
        return std::pow(gamma, static_cast<double>(c.step / c.stepsPerEpoch));
    return std::pow(gamma, static_cast<double>(c.step) / static_cast<double>(c.stepsPerEpoch));
}

constexpr FieldSpec fields[] = {
    {.id = "gamma",
     .title = "Gamma",
     .type = FieldType::Real,
     .defaultNumber = 0.95,
     .minimum = 1e-6,
     .maximum = 1,
     .help = "What the learning rate is multiplied by in each epoch."},
    {.id = "smooth",
     .title = "Smooth",
     .type = FieldType::Bool,
     .help = "Falls a little at every step instead of once at the start of each epoch."},
    addition(warmupEpochs),
    warmupStart};

}  // namespace

extern const ScheduleDescriptor descriptor;
constinit const ScheduleDescriptor descriptor = {
    .id = "exponential",
    .title = "Exponential",
    .summary = "The learning rate falls by the same share in every epoch.",
    .fields = fields,
    .factor = afterWarmup<factor>,
};

}  // namespace vitrine::schedules::exponential

// SPDX-License-Identifier: Apache-2.0
// A learning rate that falls along half a cosine again and again, from the full rate each time
// (Loshchilov & Hutter 2017, SGDR).
#include <cmath>
#include <numbers>

#include "core/optim/families/warmup.h"

namespace vitrine::schedules::cosine_restarts {

namespace {

/// min + (1 − min) · (1 + cos π t / T) / 2, where t steps have passed since the last restart and
/// the period T grows by its factor at each. The step of a restart has the full rate. (PyTorch's
/// CosineAnnealingWarmRestarts.)
double factor(const Attrs& attrs, const ScheduleContext& c) {
    const int64_t growth = attrs.integer("growth");
    int64_t since = c.step, period = attrs.integer("period") * c.stepsPerEpoch;
    if (growth == 1) since %= period;
    while (since >= period) {
        since -= period;
        period *= growth;
    }
    const double t = static_cast<double>(since) / static_cast<double>(period);
    const double least = attrs.real("min_factor");
    return least + (1 - least) * 0.5 * (1 + std::cos(std::numbers::pi * t));
}

constexpr FieldSpec fields[] = {
    {.id = "period",
     .title = "Period",
     .type = FieldType::Int,
     .defaultNumber = 10,
     .minimum = 1,
     .maximum = 1e6,
     .unit = "epochs",
     .help = "Epochs until the first restart."},
    {.id = "growth",
     .title = "Growth",
     .type = FieldType::Int,
     .defaultNumber = 1,
     .minimum = 1,
     .maximum = 100,
     .help = "What the period is multiplied by at each restart; 1 keeps it."},
    {.id = "min_factor",
     .title = "Least factor",
     .type = FieldType::Real,
     .defaultNumber = 0,
     .minimum = 0,
     .maximum = 1,
     .help = "Share of the learning rate that is left before each restart."},
    addition(warmupEpochs),
    warmupStart};

}  // namespace

extern const ScheduleDescriptor descriptor;
constinit const ScheduleDescriptor descriptor = {
    .id = "cosine_restarts",
    .title = "Cosine with restarts",
    .summary =
        "The learning rate falls along half a cosine and starts again, in periods that may grow.",
    .fields = fields,
    .factor = afterWarmup<factor>,
};

}  // namespace vitrine::schedules::cosine_restarts

// SPDX-License-Identifier: Apache-2.0
// One-cycle policy (Smith & Topin 2019) with cosine phases: up to the full learning rate, then down
// far below where it began.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/optim/optimizer.h"

namespace vitrine::schedules::one_cycle {

namespace {

/// From `start` at t = 0 to `end` at t = 1 along half a cosine.
double anneal(double start, double end, double t) {
    return end + (start - end) * 0.5 * (1 + std::cos(std::numbers::pi * t));
}

/// The first phase ends at step warmup_share · totalSteps − 1, which may lie between two steps, the
/// second at the last step: that one has the final rate, in runs of any length. Where all steps go
/// up it has the full rate. PyTorch's OneCycleLR does the same with both. (Where none goes up ours
/// begins with the full rate, PyTorch's with what the second of as many steps and one more has.)
double factor(const Attrs& attrs, const ScheduleContext& c) {
    const double start = 1.0 / attrs.real("start_divisor");
    const double final = start / attrs.real("final_divisor"), share = attrs.real("warmup_share");
    const auto step = static_cast<double>(c.step), last = static_cast<double>(c.totalSteps - 1);
    if (share >= 1) return last > 0 ? anneal(start, 1.0, step / last) : 1.0;
    if (c.step >= c.totalSteps - 1) return final;
    const double peak = share * static_cast<double>(c.totalSteps) - 1;
    if (step < peak) return anneal(start, 1.0, step / peak);
    const double begin = std::max(peak, 0.0);
    return anneal(1.0, final, (step - begin) / (last - begin));
}

constexpr FieldSpec fields[] = {
    {.id = "warmup_share",
     .title = "Share going up",
     .type = FieldType::Real,
     .defaultNumber = 0.3,
     .minimum = 0,
     .maximum = 1,
     .help = "Share of all steps over which the learning rate rises."},
    {.id = "start_divisor",
     .title = "Start divisor",
     .type = FieldType::Real,
     .defaultNumber = 25,
     .minimum = 1,
     .maximum = 1e9,
     .help = "The first step uses the learning rate divided by this."},
    {.id = "final_divisor",
     .title = "Final divisor",
     .type = FieldType::Real,
     .defaultNumber = 1e4,
     .minimum = 1,
     .maximum = 1e12,
     .help = "The last step uses the first step's learning rate divided by this."}};

}  // namespace

extern const ScheduleDescriptor descriptor;
constinit const ScheduleDescriptor descriptor = {
    .id = "one_cycle",
    .title = "One cycle",
    .summary = "The learning rate rises to its full value once and then falls far below its start.",
    .fields = fields,
    .factor = factor,
};

}  // namespace vitrine::schedules::one_cycle

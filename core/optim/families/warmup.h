// SPDX-License-Identifier: Apache-2.0
// A warm-up in front of any schedule: its fields, and the factor while it lasts.
#pragma once

#include <algorithm>

#include "core/optim/optimizer.h"

namespace vitrine::schedules {

inline constexpr FieldSpec warmupEpochs = {
    .id = "warmup_epochs",
    .title = "Warm-up",
    .type = FieldType::Int,
    .defaultNumber = 0,
    .minimum = 0,
    .maximum = 1e6,
    .unit = "epochs",
    .help =
        "Epochs over which the learning rate rises from almost nothing. The schedule begins "
        "behind them: its epochs are counted from there."};
inline constexpr FieldSpec warmupStart =
    addition({.id = "warmup_start",
              .title = "Warm-up from",
              .type = FieldType::Real,
              .defaultNumber = 0,
              .minimum = 0,
              .maximum = 1,
              .help = "Share of the learning rate that the warm-up rises from. At 0 the first step "
                      "has one part of as many as the warm-up has steps."});

/// Warm-up of w steps from a share s: (s + (1 − s) · (step + 1) / w) · schedule(0), so that its
/// last step has the full rate, and its first one is not lost with a rate of 0. (PyTorch's
/// LinearLR(start_factor = s + (1 − s) / w, total_iters = w − 1) is the same.) Behind it the
/// schedule, as in a run that begins there.
template <double (*schedule)(const Attrs&, const ScheduleContext&)>
double afterWarmup(const Attrs& attrs, const ScheduleContext& c) {
    const int64_t warmup = attrs.integer("warmup_epochs") * c.stepsPerEpoch;
    ScheduleContext behind = c;
    behind.step = std::max<int64_t>(0, c.step - warmup);
    behind.totalSteps = std::max<int64_t>(1, c.totalSteps - warmup);
    const double factor = schedule(attrs, behind);
    if (c.step >= warmup) return factor;
    const double start = attrs.real("warmup_start");
    const double risen = static_cast<double>(c.step + 1) / static_cast<double>(warmup);
    return (start + (1 - start) * risen) * factor;
}

}  // namespace vitrine::schedules

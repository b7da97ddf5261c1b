// SPDX-License-Identifier: Apache-2.0
// A learning rate that falls along half a cosine (Loshchilov & Hutter 2017, without restarts).
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/optim/families/warmup.h"

namespace vitrine::schedules::cosine {

namespace {

/// min + (1 − min) · (1 + cos π t) / 2, where t runs from 0 at the first step to 1 at the end of
/// training, which is one step after the last: as with PyTorch's CosineAnnealingLR no step is taken
/// at the least rate, which may be 0.
double factor(const Attrs& attrs, const ScheduleContext& c) {
    const double t = std::min(1.0, static_cast<double>(c.step) / static_cast<double>(c.totalSteps));
    const double least = attrs.real("min_factor");
    return least + (1 - least) * 0.5 * (1 + std::cos(std::numbers::pi * t));
}

constexpr FieldSpec fields[] = {{.id = "min_factor",
                                 .title = "Least factor",
                                 .type = FieldType::Real,
                                 .defaultNumber = 0,
                                 .minimum = 0,
                                 .maximum = 1,
                                 .help = "Share of the learning rate that is left at the end."},
                                warmupEpochs,
                                warmupStart};

}  // namespace

extern const ScheduleDescriptor descriptor;
constinit const ScheduleDescriptor descriptor = {
    .id = "cosine",
    .title = "Cosine",
    .summary = "The learning rate falls along half a cosine, after a warm-up if one is wanted.",
    .fields = fields,
    .factor = afterWarmup<factor>,
};

}  // namespace vitrine::schedules::cosine

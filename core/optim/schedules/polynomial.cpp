// SPDX-License-Identifier: Apache-2.0
// A learning rate that falls along a power of the part of training that is left; power 1 is a line.
#include <algorithm>
#include <cmath>

#include "core/optim/families/warmup.h"

namespace vitrine::schedules::polynomial {

namespace {

/// end + (1 − end) · (1 − t)^power, where t runs from 0 at the first step to 1 one step after the
/// last: no step is taken at the end's rate, which may be 0. (PyTorch's PolynomialLR with
/// total_iters = all steps has end 0.)
double factor(const Attrs& attrs, const ScheduleContext& c) {
    const double t = std::min(1.0, static_cast<double>(c.step) / static_cast<double>(c.totalSteps));
    const double end = attrs.real("end_factor");
    return end + (1 - end) * std::pow(1 - t, attrs.real("power"));
}

constexpr FieldSpec fields[] = {{.id = "power",
                                 .title = "Power",
                                 .type = FieldType::Real,
                                 .defaultNumber = 1,
                                 .minimum = 1e-3,
                                 .maximum = 100,
                                 .help = "1 falls along a line; more falls faster at the start."},
                                {.id = "end_factor",
                                 .title = "End factor",
                                 .type = FieldType::Real,
                                 .defaultNumber = 0,
                                 .minimum = 0,
                                 .maximum = 1,
                                 .help = "Share of the learning rate that is left at the end."},
                                addition(warmupEpochs),
                                warmupStart};

}  // namespace

extern const ScheduleDescriptor descriptor;
constinit const ScheduleDescriptor descriptor = {
    .id = "polynomial",
    .title = "Polynomial",
    .summary =
        "The learning rate falls along a line, or another power of what is left of training.",
    .fields = fields,
    .factor = afterWarmup<factor>,
};

}  // namespace vitrine::schedules::polynomial

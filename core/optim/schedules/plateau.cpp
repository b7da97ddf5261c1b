// SPDX-License-Identifier: Apache-2.0
// A learning rate that falls where the loss does not.
#include <algorithm>

#include "core/optim/families/warmup.h"

namespace vitrine::schedules::plateau {

namespace {

constexpr std::string_view losses[] = {"test", "training"};

double factor(const Attrs&, const ScheduleContext& c) { return c.memory.factor; }

/// PyTorch's ReduceLROnPlateau with mode min, a relative threshold and eps = 0: NaN is never
/// better. (Its usual eps of 1e-8 leaves small rates as they are.)
void learn(const Attrs& attrs, const EpochLosses& ended, ScheduleMemory& memory) {
    const double loss = attrs.text("loss") == "test" ? ended.test : ended.training;
    const bool isBetter =
        memory.heard == 0 ? loss == loss : loss < memory.best * (1 - attrs.real("threshold"));
    if (isBetter) {
        memory.best = loss;
        ++memory.heard;
        memory.waited = 0;
    } else {
        ++memory.waited;
    }
    if (memory.rest > 0) {
        --memory.rest;
        memory.waited = 0;
    }
    if (memory.waited <= attrs.integer("patience")) return;
    memory.factor = std::max(memory.factor * attrs.real("factor"), attrs.real("least"));
    memory.rest = attrs.integer("cooldown");
    memory.waited = 0;
}

constexpr FieldSpec fields[] = {
    {.id = "factor",
     .title = "Factor",
     .type = FieldType::Real,
     .defaultNumber = 0.1,
     .minimum = 0,
     .maximum = 0.999999,
     .help = "What the learning rate is multiplied by where the loss has stalled."},
    {.id = "patience",
     .title = "Patience",
     .type = FieldType::Int,
     .defaultNumber = 10,
     .minimum = 0,
     .maximum = 1e6,
     .unit = "epochs",
     .help = "Epochs without a better loss that are borne; the one behind them lowers the rate."},
    {.id = "threshold",
     .title = "Threshold",
     .type = FieldType::Real,
     .defaultNumber = 1e-4,
     .minimum = 0,
     .maximum = 1,
     .help = "By which share a loss must be less than the least one to count as better."},
    {.id = "cooldown",
     .title = "Cooldown",
     .type = FieldType::Int,
     .defaultNumber = 0,
     .minimum = 0,
     .maximum = 1e6,
     .unit = "epochs",
     .help = "Epochs behind a lowering in which none are counted."},
    {.id = "least",
     .title = "Least",
     .type = FieldType::Real,
     .defaultNumber = 0,
     .minimum = 0,
     .maximum = 1,
     .help = "Share of the learning rate below which it is not lowered."},
    {.id = "loss",
     .title = "Loss",
     .type = FieldType::Choice,
     .defaultText = "test",
     .help = "Which loss is looked at; without a test set it is that of training.",
     .choices = losses},
    addition(warmupEpochs),
    warmupStart};

}  // namespace

extern const ScheduleDescriptor descriptor;
constinit const ScheduleDescriptor descriptor = {
    .id = "plateau",
    .title = "Plateau",
    .summary =
        "The learning rate falls each time that the loss has not got better for some epochs.",
    .fields = fields,
    .factor = afterWarmup<factor>,
    .learn = learn,
};

}  // namespace vitrine::schedules::plateau

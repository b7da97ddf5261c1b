// SPDX-License-Identifier: Apache-2.0
// Exponential moving average of the weights (Polyak & Juditsky 1992).
#include "core/optim/families/weight_average.h"

namespace vitrine::extras::ema {

namespace {

/// Share of the newest weights. The first average is the weights behind the first update, as in
/// PyTorch's AveragedModel.
double share(const Attrs& attrs, const ScheduleContext& c) {
    const int64_t start = attrs.integer("start_epoch") * c.stepsPerEpoch;
    return c.step <= start ? 1 : 1 - attrs.real("decay");
}

constexpr FieldSpec fields[] = {
    {.id = "decay",
     .title = "Decay",
     .type = FieldType::Real,
     .defaultNumber = 0.999,
     .minimum = 0,
     .maximum = 0.999999,
     .help = "Share of the average that each step keeps: 0.999 looks back over about 1,000 steps."},
    startEpoch};

}  // namespace

extern const ExtraDescriptor descriptor;
constinit const ExtraDescriptor descriptor = {
    .id = "ema",
    .title = "Moving average (EMA)",
    .summary =
        "Evaluation, predictions and the saved weights take a moving average of the weights "
        "over the last steps. Statistics of batch normalisation are averaged with them.",
    .fields = fields,
    .numbers = averageNumbers,
    .numberAt = shareOf<share>,
    .slot = averageSlot,
    .behind = averaged,
    .isAverage = true,
};

}  // namespace vitrine::extras::ema

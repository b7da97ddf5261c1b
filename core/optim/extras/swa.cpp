// SPDX-License-Identifier: Apache-2.0
// Stochastic weight averaging (Izmailov et al. 2018).
#include <algorithm>
#include <cmath>

#include "core/optim/families/weight_average.h"

namespace vitrine::extras::swa {

namespace {

/// The k-th weights that are averaged come in with a share of 1 / k; between them the average
/// stays. Averaged are the weights at the end of each `every` epochs behind the start.
double share(const Attrs& attrs, const ScheduleContext& c) {
    const int64_t done = c.step + 1 - attrs.integer("start_epoch") * c.stepsPerEpoch;
    const int64_t every = std::max<int64_t>(
        1, std::llround(attrs.real("every") * static_cast<double>(c.stepsPerEpoch)));
    if (done < every) return 1;
    return done % every == 0 ? 1 / static_cast<double>(done / every) : 0;
}

constexpr FieldSpec fields[] = {
    startEpoch,
    {.id = "every",
     .title = "Every",
     .type = FieldType::Real,
     .defaultNumber = 1,
     .minimum = 1e-6,
     .maximum = 1e6,
     .unit = "epochs",
     .help = "Epochs between two weights that join the average; 0.5: twice an epoch."}};

}  // namespace

extern const ExtraDescriptor descriptor;
constinit const ExtraDescriptor descriptor = {
    .id = "swa",
    .title = "Stochastic weight averaging (SWA)",
    .summary =
        "Evaluation, predictions and the saved weights take the mean of the weights at the "
        "ends of epochs. Statistics of batch normalisation are averaged with them.",
    .fields = fields,
    .numbers = averageNumbers,
    .numberAt = shareOf<share>,
    .slot = averageSlot,
    .behind = averaged,
    .isAverage = true,
};

}  // namespace vitrine::extras::swa

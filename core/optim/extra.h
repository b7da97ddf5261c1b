// SPDX-License-Identifier: Apache-2.0
// Extra: what goes on around an optimiser's update, whichever it is. Averages of the weights, a
// slow copy of them, a gradient that is taken elsewhere. One .cpp each in extras/; the build
// collects them.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "core/base/field.h"
#include "core/opdef/builder.h"
#include "core/optim/optimizer.h"

namespace vitrine {

/// One parameter or statistic behind its update, while a training Program is built.
struct ExtraContext {
    ValueId before = noValue, after = noValue;  ///< the update
    ValueId slot = noValue;                     ///< what is kept of it
    std::vector<ValueId> numbers;               ///< this step's, without axes
};
struct ExtraResult {
    ValueId after = noValue, slot = noValue;
};

/// Weights and their gradient, where the gradient is to be taken again elsewhere.
struct ProbedParameter {
    ValueId weights = noValue, gradient = noValue;
};

struct ExtraDescriptor {
    std::string_view id, title, summary;
    std::span<const FieldSpec> fields = {};
    /// Numbers that an update is given, by name; `numberAt` says what each is at a step.
    std::span<const std::string_view> numbers = {};
    double (*numberAt)(const Attrs&, const ScheduleContext&, size_t number) = nullptr;
    /// Name of what is kept of each parameter, in its shape and zero at first; empty: nothing.
    std::string_view slot = {};
    /// Appends what happens behind an update.
    ExtraResult (*behind)(Builder&, const Attrs&, const ExtraContext&) = nullptr;
    /// Appends where the gradient is taken that the update gets; null: where the weights are.
    std::vector<ValueId> (*probe)(Builder&, const Attrs&,
                                  std::span<const ProbedParameter>) = nullptr;
    /// Evaluation and use take the slots, which statistics have too, in place of the weights.
    bool isAverage = false;
};

/// Name of an average's slot: `conv1.weight/average`.
inline constexpr std::string_view averageSlot = "average";
inline std::string averageOf(std::string_view state) {
    return std::string(state) + "/" + std::string(averageSlot);
}

/// An extra with its fields.
struct Extra {
    const ExtraDescriptor* extra = nullptr;
    Attrs fields;
};

std::span<const ExtraDescriptor* const> allExtras();
const ExtraDescriptor* findExtra(std::string_view id);
/// In the order in which they work on an update: averages last. Errors: "P11" (two averages).
Result<std::vector<Extra>> inOrder(std::vector<Extra> extras);

}  // namespace vitrine

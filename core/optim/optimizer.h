// SPDX-License-Identifier: Apache-2.0
// What an optimiser and a learning-rate schedule are. One .cpp each; the build collects them.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "core/base/field.h"
#include "core/opdef/builder.h"

namespace vitrine {

/// One parameter's update while a training Program is built.
struct UpdateContext {
    ValueId parameter = noValue, gradient = noValue;
    /// One state for each of the optimiser's slots. (Not called `slots`: that is a macro of Qt's.)
    std::vector<ValueId> slotValues;
    ValueId learningRate = noValue;  ///< one float
    ValueId scale = noValue;         ///< one float: what clipping multiplies gradients by
    ValueId step = noValue;          ///< one int64: 1 at the first update
};

/// Something that an optimiser keeps of a parameter from step to step; zeros before the first.
struct SlotSpec {
    std::string_view name;
    Shape shape;
};

struct OptimizerDescriptor {
    std::string_view id, title, summary;
    std::span<const FieldSpec> fields = {};
    /// What is kept of one parameter.
    std::vector<SlotSpec> (*slotsOf)(const Attrs&, const Shape& parameter) = nullptr;
    /// Appends the update; gives the new parameter and then the new slots.
    std::vector<ValueId> (*build)(Builder&, const Attrs&, const UpdateContext&) = nullptr;
};

/// What a schedule has learnt from the epochs that have ended; a checkpoint holds it.
struct ScheduleMemory {
    double factor = 1;
    double best = 0;    ///< the least loss so far
    int64_t heard = 0;  ///< epochs
    int64_t waited = 0;
    int64_t rest = 0;  ///< epochs in which nothing is counted
    bool operator==(const ScheduleMemory&) const = default;
};

struct ScheduleContext {
    int64_t step = 0;  ///< 0 at the first update
    int64_t totalSteps = 1;
    int64_t stepsPerEpoch = 1;
    ScheduleMemory memory = {};
};

/// An epoch's losses, means over its examples.
struct EpochLosses {
    double training = 0;
    double test = 0;  ///< that of training where there is no test set
};

struct ScheduleDescriptor {
    std::string_view id, title, summary;
    std::span<const FieldSpec> fields = {};
    /// What the base learning rate is multiplied by at a step.
    double (*factor)(const Attrs&, const ScheduleContext&) = nullptr;
    /// What the end of an epoch teaches it; null: it only looks at the step.
    void (*learn)(const Attrs&, const EpochLosses&, ScheduleMemory&) = nullptr;
    /// What the ranges of the fields do not say; null: nothing more. Errors: "P11".
    Result<void> (*check)(const Attrs&) = nullptr;
};

/// What a schedule's fields must be besides their ranges. Errors: "P11".
inline Result<void> checkFields(const ScheduleDescriptor& schedule, const Attrs& attrs) {
    return schedule.check ? schedule.check(attrs) : Result<void>{};
}

std::span<const OptimizerDescriptor* const> allOptimizers();
const OptimizerDescriptor* findOptimizer(std::string_view id);
std::span<const ScheduleDescriptor* const> allSchedules();
const ScheduleDescriptor* findSchedule(std::string_view id);

}  // namespace vitrine

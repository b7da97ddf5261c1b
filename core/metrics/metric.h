// SPDX-License-Identifier: Apache-2.0
// What a metric is: a number that evaluation works out over a whole set of examples, from what a
// loss compares. One .cpp each. Metrics are for people: they are worked out in double, outside of
// the tape, and nothing is trained by them.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "core/ir/program.h"

namespace vitrine {

/// What a loss has compared in one batch: values [N, …], row-major.
struct MetricBatch {
    Shape predictionShape, targetShape;
    std::span<const double> predictions, targets;
    int64_t examples() const { return predictionShape[0]; }
};

/// A sum that grows batch by batch.
class MetricSum {
  public:
    virtual ~MetricSum() = default;
    virtual void add(const MetricBatch& batch) = 0;
    /// Of all that was added; NaN where that says nothing.
    virtual double value() const = 0;
};

/// How people read a metric.
enum class MetricUnit : uint8_t {
    Share,   ///< 0 to 1; `97.2 %`
    Number,  ///< in the target's unit
    Degrees
};

struct MetricDescriptor {
    std::string_view id, title, summary;
    MetricUnit unit = MetricUnit::Number;
    bool isLargerBetter = false;
    /// Comes with a loss that it fits, where a project does not choose.
    bool isUsual = false;
    /// Can it say something of values of these types?
    bool (*fits)(const ValueShape& prediction, const ValueShape& target) = nullptr;
    std::unique_ptr<MetricSum> (*make)() = nullptr;
};

std::span<const MetricDescriptor* const> allMetrics();
const MetricDescriptor* findMetric(std::string_view id);

/// Class numbers against a row of logits each.
inline bool areClasses(const ValueShape& prediction, const ValueShape& target) {
    return prediction.shape.rank() == 2 && target.shape.rank() == 1 && !isFloat(target.dtype);
}
/// Numbers against as many.
inline bool areNumbers(const ValueShape& prediction, const ValueShape& target) {
    return prediction.shape == target.shape && prediction.shape.rank() >= 1 &&
           isFloat(target.dtype);
}

}  // namespace vitrine

// SPDX-License-Identifier: Apache-2.0
// Intersection over union of the classes of places, over all images of a set.
#include "core/metrics/class_counts.h"

namespace vitrine::metrics::class_iou {

namespace {

/// Predictions [N, C, …] are compared with targets [N, …].
class Sum : public MetricSum {
  public:
    void add(const MetricBatch& batch) override {
        const auto classes = static_cast<size_t>(batch.predictionShape[1]);
        const size_t images = static_cast<size_t>(batch.examples()),
                     places = batch.targets.size() / images;
        m_classes.resize(classes);
        m_logits.resize(classes);
        for (size_t i = 0; i < batch.targets.size(); ++i) {
            const size_t target = classAt(batch.targets[i]);
            if (target >= classes) continue;  // of no class, as the edges of things often are
            const size_t first = i / places * classes * places + i % places;
            for (size_t c = 0; c < classes; ++c)
                m_logits[c] = batch.predictions[first + c * places];
            count(target, likeliestClass(m_logits).index);
        }
    }
    double value() const override {
        double sum = 0;
        int64_t counted = 0;
        for (const ClassCount& one : m_classes) {
            if (!isSaidOrSo(one)) continue;
            sum += share(one.both, one.actual + one.said - one.both);
            ++counted;
        }
        return counted > 0 ? sum / static_cast<double>(counted)
                           : std::numeric_limits<double>::quiet_NaN();
    }

  private:
    void count(size_t target, int32_t said) {
        ++m_classes[target].actual;
        if (said == noAnswer) return;
        ++m_classes[static_cast<size_t>(said)].said;
        m_classes[target].both += static_cast<size_t>(said) == target;
    }
    std::vector<ClassCount> m_classes;
    std::vector<double> m_logits;
};

std::unique_ptr<MetricSum> make() { return std::make_unique<Sum>(); }

/// A row of logits for each class number, the row along axis 1.
bool fits(const ValueShape& prediction, const ValueShape& target) {
    const Shape &p = prediction.shape, &t = target.shape;
    if (isFloat(target.dtype) || p.rank() < 3 || t.rank() != p.rank() - 1 || t[0] != p[0])
        return false;
    for (int axis = 2; axis < p.rank(); ++axis)
        if (p[axis] != t[axis - 1]) return false;
    return true;
}

}  // namespace

extern const MetricDescriptor descriptor;
constinit const MetricDescriptor descriptor = {
    .id = "class_iou",
    .title = "Mean intersection over union",
    .summary =
        "For each class, of the pixels that are of it or are taken for it (largest logit), the "
        "share that is both; the mean over the classes. Pixels of no class do not count.",
    .unit = MetricUnit::Share,
    .isLargerBetter = true,
    .isUsual = true,
    .fits = fits,
    .make = make,
};

}  // namespace vitrine::metrics::class_iou

// SPDX-License-Identifier: Apache-2.0
// TestScore: losses and metrics over a whole set of examples, batch by batch.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/data/loader.h"
#include "core/probe/predictions.h"
#include "core/probe/records.h"
#include "core/train/channels.h"
#include "core/train/model.h"

namespace vitrine {

class TestScore {
  public:
    explicit TestScore(const Channels& channels);

    /// What an evaluation member, which has run, says of its batch.
    void add(const Member& member);

    int64_t examples() const { return m_examples; }
    double loss() const { return m_loss / static_cast<double>(m_examples); }
    /// Test loss, and where there are several each, and the metrics, in the order of Channels.
    void fill(RunEvent& event) const;
    /// Examples with an output that is not finite; counted where a batch's loss is not.
    int64_t withoutAnswer() const { return m_withoutAnswer; }

  private:
    void countAnswers(const Member& member);

    struct Metric {
        int loss = 0;
        std::unique_ptr<MetricSum> sum;
    };
    std::vector<Metric> m_metrics;
    std::array<double, mostChannels> m_losses{};
    int m_lossCount = 0;
    double m_loss = 0;
    int64_t m_examples = 0, m_withoutAnswer = 0;
    std::vector<double> m_predictions, m_targets;  ///< of the batch at hand
};

/// Runs a model's evaluations over a set and adds them to a score. `next` gives each of so many
/// batches, or nothing to break off; `seen`: each member that has run. False where it was broken
/// off. Throws DeviceTrouble.
bool evaluateSet(Model& model, int64_t batches, TestScore& score,
                 const std::function<std::optional<Batch>()>& next,
                 const std::function<void(const Member&)>& seen = {});

/// Adds what each image of the batch was taken for, by the first loss that compares classes;
/// nothing where none does.
void appendPredictions(const Member& evaluation, Predictions& predictions);

}  // namespace vitrine

// SPDX-License-Identifier: GPL-3.0-or-later
// SampleAnswers: what the network took examples for, by their places in a SampleTable, and how well
// it knew them in each evaluation of a run.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "core/probe/predictions.h"
#include "gui/models/sample_table.h"

namespace vitrine::gui {

/// Nobody has asked the network about an example.
inline constexpr int32_t notAsked = -2;

struct Answer {
    int32_t predicted = notAsked;  ///< a class, noAnswer or notAsked
    float probability = 0;         ///< of that class
    float loss = 0;  ///< −log p of the true class; NaN: not known, or that of another class
};

/// Of an example, in one evaluation.
struct LossAtEpoch {
    int64_t epoch = 0;
    float loss = 0;
};

/// A plain value; copies share what they hold.
class SampleAnswers {
  public:
    /// What is kept of the losses of earlier evaluations, in numbers; of more every other is
    /// forgotten, the oldest and the newest never.
    static constexpr size_t mostLosses = 16'000'000;

    /// Of the examples of a part that are not excluded, in their order; true where they are as
    /// many. A further one of the same epoch takes the place of the one before. With `isWhole` also
    /// of those that are excluded. `table` has the classes that losses are of.
    bool add(const SampleTable& table, DataPart part, const Predictions& predictions,
             bool isWhole = false);
    void clear() { *this = {}; }

    bool has(DataPart part) const { return newest(part) != nullptr; }
    /// Of the newest evaluation of a part; −1: there is none.
    int64_t epochOf(DataPart part) const;
    Answer of(const SampleTable& table, int64_t place) const;
    /// Of one example, the oldest first; evaluations that have no loss of it are left out.
    std::vector<LossAtEpoch> courseOf(const SampleTable& table, int64_t place) const;
    /// How much the probability of the true class has gone up and down over all evaluations.
    double changeOf(const SampleTable& table, int64_t place) const;

  private:
    struct Newest {
        int64_t epoch = 0;
        std::vector<int32_t> classes;
        std::vector<float> probabilities;
    };
    struct Losses {
        int64_t epoch = 0;
        std::shared_ptr<const std::vector<float>> losses;
        std::unordered_map<int64_t, int32_t> labels;  ///< by place, where they were others
    };
    /// Whether the example had the class then that it has now.
    static bool isOfItsClass(const Losses& losses, const SampleTable& table, int64_t place);
    const std::shared_ptr<const Newest>& newest(DataPart part) const {
        return m_newest[static_cast<size_t>(part)];
    }
    void thin(std::vector<Losses>& course) const;

    std::array<std::shared_ptr<const Newest>, 2> m_newest;
    std::array<std::vector<Losses>, 2> m_course;
};

}  // namespace vitrine::gui

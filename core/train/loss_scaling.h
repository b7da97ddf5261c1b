// SPDX-License-Identifier: Apache-2.0
// LossScaling: how large the loss is made for gradients of few digits. The scale is a state of the
// run, which steps read and nobody but this writes (Micikevicius et al. 2018, section 3.2): doubled
// after many good updates, halved where gradients are not finite.
#pragma once

#include <vector>

#include "core/train/model.h"
#include "core/train/snapshot.h"

namespace vitrine {

/// Throws DeviceTrouble. Thread: the trainer's.
class LossScaling {
  public:
    static constexpr int64_t goodUntilRaised = 2000;
    static constexpr double least = 1, most = 1 << 24;

    /// `model` must outlive this. Off where its recipe does not scale.
    explicit LossScaling(Model& model);

    bool isOn() const { return m_scale != nullptr; }
    double scale() const { return m_number; }
    /// What makes of a step's gradients those of the loss: sums over batches are such already.
    double unscale() const { return m_sums.empty() ? 1 / m_number : 1; }
    /// May gradients that are not finite be so because of the scale?
    bool mayBeTooLarge() const { return isOn() && m_number > least; }

    /// Others have written states.
    void read();
    /// An update was made. Whether the scale has grown.
    bool noteGood(ScaledUpdates& updates);
    /// Gradients of a batch were not finite: its update is left out, and what was added up for it
    /// is gone. Whether that is new: other batches of the same update may have been so before.
    bool noteBad(ScaledUpdates& updates, bool isUpdate);

  private:
    void write(double scale);
    void clearSums();

    Model& m_model;
    const StateLayout::Item* m_scale;              ///< null: off
    std::vector<const StateLayout::Item*> m_sums;  ///< of batches that are added up
    double m_number = 1;
};

}  // namespace vitrine

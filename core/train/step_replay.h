// SPDX-License-Identifier: Apache-2.0
// StepReplay: a copy of what a step started from, so that it can be run again, and the edits by
// hand that have to be done again on the way.
#pragma once

#include <vector>

#include "core/train/model.h"

namespace vitrine {

/// One element changed by hand.
struct ValueEdit {
    int entry = 0;  ///< the change was made before this entry ran
    ValueId value = noValue;
    int64_t element = 0;
    double number = 0;
};

/// The trainer's thread.
class StepReplay {
  public:
    /// Takes memory for the states and a batch's inputs, once. Without that memory nothing is kept.
    void reserve(Model& model);
    /// Copies all states and the inputs, which have just been written. Allocates nothing where
    /// memory is reserved.
    void keep(Model& model, const Member& member);
    void forget();
    /// Whether there is a copy of the present step's start.
    bool isKept() const { return m_isKept; }

    /// States and inputs as they were at the step's start.
    void restore(Model& model, const Member& member) const;

    void addEdit(const ValueEdit& edit) { m_edits.push_back(edit); }
    /// Forgets the edits made before this entry and later ones, and gives them.
    std::vector<ValueEdit> dropEditsFrom(int entry);
    /// Does the edits again that were made before this entry.
    void redoEdits(Model& model, const Member& member, int entry) const;

  private:
    Arena m_memory;
    bool m_isKept = false;
    std::vector<ValueEdit> m_edits;  ///< in the order of entries
};

}  // namespace vitrine

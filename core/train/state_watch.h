// SPDX-License-Identifier: Apache-2.0
// StateWatch: are all weights, statistics and optimiser slots numbers? Looked at after each update.
#pragma once

#include <optional>
#include <vector>

#include "core/exec/team.h"
#include "core/train/model.h"
#include "core/train/non_finite_search.h"

namespace vitrine {

class StateWatch {
  public:
    /// `model` must outlive this.
    explicit StateWatch(Model& model);

    /// One pass over all states. No allocation.
    bool allFinite(Team& team);
    /// The first state of a tape with an element that is not finite, as the update's result.
    std::optional<NonFinite> first(const Tape& tape) const;

  private:
    Model& m_model;
    kernels::Kernel m_kernel;
    std::vector<void*> m_operands;
    Arena m_workspace;
    int32_t m_first = -1;
};

}  // namespace vitrine

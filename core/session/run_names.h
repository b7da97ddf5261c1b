// SPDX-License-Identifier: Apache-2.0
// RunNames: what the nodes of a run are called now. A run knows its nodes by the ids of its start;
// whoever renames one goes on with the run, and sees it under the new name.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/exec/tape.h"
#include "core/graph/graph.h"
#include "core/probe/stop_request.h"

namespace vitrine {

/// One thread.
class RunNames {
  public:
    /// Takes the names of `now`, found by key. A node that is not there any more keeps its own;
    /// where another has that now, ` (before)` stands behind it. Whether a name is another than
    /// before.
    bool follow(const Graph& atStart, const Graph& now);

    /// The tape with origins and names of values as the nodes are called now: itself where nothing
    /// was renamed, else a copy, the same one each time.
    std::shared_ptr<const Tape> called(const std::shared_ptr<const Tape>& tape);
    /// With the names that the run knows. Breakpoints of nodes that it does not have go.
    StopRequest asAtStart(StopRequest stops) const;

  private:
    std::map<std::string, std::string, std::less<>> m_names;  ///< id at the start → name now
    bool m_isRenamed = false;                                 ///< any of them
    /// Of each tape that was asked for, which is kept so that no other comes to lie there.
    std::map<std::shared_ptr<const Tape>, std::shared_ptr<const Tape>> m_tapes;
};

}  // namespace vitrine

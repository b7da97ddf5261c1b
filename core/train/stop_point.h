// SPDX-License-Identifier: Apache-2.0
// Places inside a training step: where a run stands, and where in the tape a node begins.
#pragma once

#include <string>

#include "core/exec/tape.h"

namespace vitrine {

/// Where a run stands still.
struct StopPoint {
    int64_t step = 0;  ///< updates done
    int64_t epoch = 0;
    int entry = 0;            ///< the entry that runs next; = entries() after the last one
    bool insideStep = false;  ///< false: between two steps
    bool canStepBack = false;
};

/// The first entry that comes from a node, of the forward (with loss) or backward part; −1 where
/// there is none. A node that was fused into another's entry is found there.
int firstEntryOf(const Tape& tape, const std::string& node, bool backward);

}  // namespace vitrine

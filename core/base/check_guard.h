// SPDX-License-Identifier: Apache-2.0
// Where a failed check is a CheckFailed that somebody catches, instead of the end of the program.
#pragma once

#include <stdexcept>

namespace vitrine {

/// A broken claim of the program about itself: `predictor.cpp:150: n == m (the extents agree)`.
class CheckFailed : public std::logic_error {
  public:
    using std::logic_error::logic_error;
};

/// While one lives, a check that fails on this thread throws CheckFailed. For threads and calls
/// whose work can be thrown away as a whole: a view of the window, a question to the Predictor,
/// work in the background that gives a value. Threads that train have none and end the program:
/// half a step lies in the arena that the next checkpoint is written from, and the run can be gone
/// on with from the checkpoint before. So do checks in destructors and other functions that must
/// not throw.
class CheckGuard {
  public:
    CheckGuard();
    ~CheckGuard();
    CheckGuard(const CheckGuard&) = delete;
    CheckGuard& operator=(const CheckGuard&) = delete;
};

}  // namespace vitrine

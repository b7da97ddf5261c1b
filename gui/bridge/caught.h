// SPDX-License-Identifier: GPL-3.0-or-later
// What was thrown, as an Error: libraries throw where memory or threads run out.
#pragma once

#include "core/base/result.h"

namespace vitrine::gui {

/// Of the exception that is being handled: call inside of `catch (...)`. `what` names the work that
/// has come to nothing. H02 where memory or a thread could not be had, else `internal`.
Error caughtError(const char* what);

}  // namespace vitrine::gui

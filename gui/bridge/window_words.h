// SPDX-License-Identifier: GPL-3.0-or-later
// Advice of the core that names options of the command line, as the window gives it.
#pragma once

#include "core/base/result.h"

namespace vitrine::gui {

/// The same Error; where another data folder would mend it, it says where the window has that.
Error inWindowWords(Error error);

}  // namespace vitrine::gui

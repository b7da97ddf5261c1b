// SPDX-License-Identifier: GPL-3.0-or-later
// Advice of the core that names options of the command line, as the window gives it.
#pragma once

#include "core/base/result.h"

namespace vitrine::gui {

/// The same Error, whose `next` says where the window has what an option of the command line does.
Error inWindowWords(Error error);

}  // namespace vitrine::gui

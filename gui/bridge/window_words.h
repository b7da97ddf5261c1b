// SPDX-License-Identifier: GPL-3.0-or-later
// Advice of the core that names options of the command line, as the window gives it.
#pragma once

#include <QString>

#include "core/base/result.h"

namespace vitrine::gui {

/// The same Error, whose `next` says where the window has what an option of the command line does.
Error inWindowWords(Error error);
/// What has happened, with a capital in front: at a dialog's or banner's begin.
QString sentenceOf(const Error& error);

}  // namespace vitrine::gui

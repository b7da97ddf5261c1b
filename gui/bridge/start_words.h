// SPDX-License-Identifier: GPL-3.0-or-later
// Why starts come to nothing and runs cannot be saved, in words.
#pragma once

#include "gui/bridge/run_state.h"

namespace vitrine::gui::run_machine {

Error noNetwork();
/// A run cannot be gone on with before an opening that was given up has ended.
Error stillEnding();
Error startStopped();
/// The trouble's Error, with what can be done about it.
Error adviceOn(const SaveTrouble& trouble);

}  // namespace vitrine::gui::run_machine

// SPDX-License-Identifier: GPL-3.0-or-later
// Files that a desktop opens with Vitrine and that are no projects: what is said of them.
#pragma once

#include <QString>

#include <optional>

#include "core/base/result.h"

namespace vitrine::gui {

/// Why a model or weights of this name cannot be opened, and what to do; nothing for every other
/// name. Weights are read, so that the sentence tells what they are. Errors of the file itself are
/// given as they are.
std::optional<Error> refusedForeignFile(const QString& path);

}  // namespace vitrine::gui

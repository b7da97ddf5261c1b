// SPDX-License-Identifier: GPL-3.0-or-later
// Files that a desktop opens with Vitrine and that are no projects: what is said of them.
#pragma once

#include <QString>

#include <optional>

#include "core/base/result.h"

namespace vitrine::gui {

/// Why a model, or a file with the name of a model or of weights, cannot be opened, and what to do;
/// nothing for every other file. Weights are read, so that the sentence tells what they are. Errors
/// of the file itself are given as they are.
std::optional<Error> refusedForeignFile(const QString& path);

}  // namespace vitrine::gui

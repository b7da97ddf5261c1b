// SPDX-License-Identifier: GPL-3.0-or-later
// Files that a desktop opens with Vitrine and that are no projects: what becomes of them.
#pragma once

#include <QString>

#include <optional>

#include "core/base/result.h"

namespace vitrine::gui {

/// Whether a file is to be imported: an ONNX model by its content, or by its name.
bool isForeignModel(const QString& path);

/// Why a file with the name of weights cannot be opened, and what to do; nothing for every other
/// file. Weights are read, so that the sentence tells what they are. Errors
/// of the file itself are given as they are.
std::optional<Error> refusedForeignFile(const QString& path);

}  // namespace vitrine::gui

// SPDX-License-Identifier: Apache-2.0
// Sizes that an imported project keeps open, as a question wants them.
#pragma once

#include <span>

#include "core/data/arrays/npy_writer.h"
#include "core/io/project.h"
#include "core/session/open_extents.h"

namespace vitrine {

/// Inputs get the chosen extents, and those of their arrays where nothing is chosen. What the
/// import has held is for the shape pass to refuse. Errors: "U29", a size that no input has open;
/// "P13", where one name would stand for two numbers.
Result<void> giveSizes(Project& project, const ChosenExtents& chosen,
                       std::span<const NamedTensor> arrays);

}  // namespace vitrine

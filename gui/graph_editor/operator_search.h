// SPDX-License-Identifier: GPL-3.0-or-later
// Finding operators by what people call them: `conv`, `fc`, `bn`. Needs no window.
#pragma once

#include <QString>

#include <vector>

#include "core/opdef/descriptor.h"

namespace vitrine::gui {

/// Everything that can stand on the canvas: input and target first, then by category.
std::vector<const OpDescriptor*> paletteOperators();

/// Those that match, best first; an empty query gives all in their order. Ids, titles and other
/// names count; letters may be left out (`mxpl`), an exact word beats a beginning, which beats the
/// rest. Ties keep the order of `among`.
std::vector<const OpDescriptor*> searchOperators(const QString& query,
                                                 const std::vector<const OpDescriptor*>& among);

/// `Convolution`, for headings.
QString categoryTitle(std::string_view category);

}  // namespace vitrine::gui

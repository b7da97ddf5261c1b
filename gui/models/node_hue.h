// SPDX-License-Identifier: GPL-3.0-or-later
// Which hue a node has.
#pragma once

#include <string_view>

#include "core/opdef/descriptor.h"

namespace vitrine::gui {

/// What Theme::category gives the colour and icon of: of an operator its category, of all other
/// nodes what they are, whatever their descriptors call themselves.
std::string_view hueOf(const OpDescriptor& op);

}  // namespace vitrine::gui

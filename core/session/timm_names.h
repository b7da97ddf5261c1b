// SPDX-License-Identifier: Apache-2.0
// What timm calls the tensors of networks that core/templates has too, where torchvision has other
// names.
#pragma once

#include <vector>

#include "core/session/torchvision_names.h"

namespace vitrine {

std::vector<KnownNames> timmNames();

}  // namespace vitrine

// SPDX-License-Identifier: Apache-2.0
// A Program in words.
#pragma once

#include <string>

#include "core/ir/program.h"

namespace vitrine {

/// One instruction a line, for tests and people: `h = scale(x) factor=2 : f32 [2, 3]`.
std::string programText(const Program& program);

}  // namespace vitrine

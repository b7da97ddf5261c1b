// SPDX-License-Identifier: Apache-2.0
// Steps on an operand of any kernel over planes: where its parts read images of their own, each
// applies them to what it reads, in the scratch of its thread, right before it reads it; elsewhere
// a first phase makes a copy of the whole operand in the workspace. Either way the operand that the
// steps give is never kept.
#pragma once

#include <string_view>

#include "kernels/api/problem.h"

namespace vitrine::kernels::cpu {

/// The operand of the problem itself that a call's load works on; −1 where there is none.
int loadedPlace(const Call& call);

/// `inner` takes the call's operands before those of the load, with `loaded` instead of the loaded
/// one. Operands: those of the call.
Kernel bindPartLoads(Kernel inner, const Call& call, const Image& loaded);

/// Why bindPartLoads does not take it; empty where it does.
std::string_view whyNoPartLoads(const Kernel& inner, const Call& call);

/// Does each part load what it reads?
bool loadsByPart(const Kernel& inner, const Image& loaded);

}  // namespace vitrine::kernels::cpu

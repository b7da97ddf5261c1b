// SPDX-License-Identifier: Apache-2.0
// A tape as a table for people, or as JSON lines for programs.
#pragma once

#include <string>

#include "core/exec/tape.h"

namespace vitrine::cli {

/// Every entry with operator, origin nodes, shapes, layout, bytes, FLOPs and place in the arena;
/// then the arena's peak with the names alive there.
std::string tapeTable(const Tape& tape);
/// One object per entry (`"event":"entry"`), then one per storage (`"event":"storage"`), then
/// `"event":"plan"`.
std::string tapeJson(const Tape& tape);

}  // namespace vitrine::cli

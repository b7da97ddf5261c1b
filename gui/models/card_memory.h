// SPDX-License-Identifier: GPL-3.0-or-later
// What a run takes of the memory of its GPU. Needs no window.
#pragma once

#include <QString>

#include "core/session/live_run.h"

namespace vitrine::gui {

/// Parts of the memory, which together are all of it.
struct CardMemory {
    int64_t others = 0;  ///< taken before the run began
    int64_t arena = 0, workspace = 0, free = 0;

    int64_t all() const { return others + arena + workspace + free; }
};

CardMemory cardMemoryOf(const RunDevice& device);
/// `NVIDIA H200: arena 38.2 MB, workspace of its kernels 4.1 MB, free 139 GB of 140 GB`.
QString cardMemoryText(const RunDevice& device);

}  // namespace vitrine::gui

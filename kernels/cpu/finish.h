// SPDX-License-Identifier: Apache-2.0
// Reads the steps of a call as a Finish, and where its operands lie.
#pragma once

#include <optional>

#include "kernels/api/finish.h"
#include "kernels/api/problem.h"

namespace vitrine::kernels::cpu {

/// The steps of `store`, all of them; nothing where they are others, or where something is done to
/// what they read. The result lies in blocks.
std::optional<Finish> finishOf(const Call& call);

/// The operands of a Finish as pointers; null where absent.
struct FinishOperands {
    const float *center = nullptr, *scale = nullptr, *shift = nullptr, *added = nullptr;
};
FinishOperands finishOperands(const Finish& finish, void* const* operands);

/// The numbers by channel of some blocks, in lines of their own: zero for channels that are not
/// there.
struct FinishLines {
    static constexpr int64_t most = 2 * blockWidth;
    alignas(64) float center[most], scale[most], shift[most];

    /// Channels from `first` on, of so many; lines of them.
    void fill(const FinishOperands& from, int64_t first, int64_t channels, int64_t count);
};

}  // namespace vitrine::kernels::cpu

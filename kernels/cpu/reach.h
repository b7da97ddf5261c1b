// SPDX-License-Identifier: Apache-2.0
// How the operands of a chain repeat over its result.
#pragma once

#include <optional>
#include <vector>

#include "kernels/api/problem.h"

namespace vitrine::kernels::cpu {

/// Element i of the result, in row-major order, reads element i / inner % count of the operand.
struct Repeat {
    int64_t inner = 1, count = 1;

    /// Neighbours of the result read neighbours of the operand; else they read one for a while.
    constexpr bool goesAlong() const { return inner == 1 && count > 1; }
    /// So many of them, until another begins or the operand begins anew.
    constexpr int64_t run() const { return goesAlong() ? count : inner; }
};

/// Nothing where the axes that repeat do not lie before and after the others.
/// `byChannel`: the operand's only axis goes along axis 1 of the result, not along the last.
std::optional<Repeat> repeatOf(const Strided& operand, const Strided& result, bool byChannel);

/// What of an operand belongs to a result that lies in planes.
enum class Reach : uint8_t {
    Whole,    ///< it is an image like the result
    Plane,    ///< an image of one pixel, in the layout of the result
    Channel,  ///< a number for each channel, in row-major memory
    One       ///< one number
};

/// Operands of one chain that are no image like the result.
inline constexpr size_t mostRepeated = 16;

/// Those of `load`, of the problem itself, where it is pointwise, and of `store`.
std::vector<ChainStep> chainOf(const Call& call);
/// Of an operand, by its place in the call. Nothing where chains in planes cannot read it.
std::optional<Reach> reachInPlanes(const Call& call, size_t place);
/// That of an operand beside the result, however the two lie.
std::optional<Repeat> repeatIn(const Call& call, size_t place);
/// Whether row-major chains can read it: it goes along with the result, or stays the same, for long
/// enough.
bool isReadInRuns(const Call& call, size_t place);

}  // namespace vitrine::kernels::cpu

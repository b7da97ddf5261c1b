// SPDX-License-Identifier: Apache-2.0
// The door to all kernels: what they offer for a problem, and the one that takes it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/api/problem.h"

namespace vitrine::kernels {

/// How a kernel wants an operand, or leaves a result.
struct Form {
    Layout layout = Layout::RowMajor;
    int64_t halo = 0;        ///< at least so much; RowMajor has none
    bool isStrided = false;  ///< RowMajor: may have gaps and repeats
    Packing packing = {};    ///< Packed
};

/// The kernel may write this result into the memory of this operand, if both lie alike.
struct InPlace {
    size_t result = 0, operand = 0;
};

/// Two of a call's operands and results that a kernel walks over with one geometry, so that they
/// need one halo.
struct SameHalo {
    size_t a = 0, b = 0;
};

/// One way of solving a problem.
struct Offer {
    std::string name;  ///< `lanes direct`
    Algorithm algorithm = Algorithm::Direct;
    std::vector<Form> forms;  ///< of the call's operands and results, in their order
    std::vector<InPlace> inPlace;
    std::vector<SameHalo> sameHalo;
    double seconds = 0;  ///< estimated, on one core; from shapes and instruction set alone

    /// That of the first operand that is not row-major.
    Layout layout() const;
};

/// A way that kernels do not go for a problem: `lanes`, `wants f32`.
struct Refusal {
    std::string_view way, why;  ///< of static text
};

struct Offers {
    std::vector<Offer> list;  ///< row-major first
    std::vector<Refusal> refused;
};

/// What kernels offer for a call. Layouts and strides of its operands do not count. Every problem
/// whose element types the family takes has an offer that is row-major throughout.
Offers offers(const Call& call);

/// The steps that a problem of its own would be in a chain, with its operands by their places; none
/// where it is no pointwise function. The first step alone reads operand 0, and it does not read
/// what came before.
std::vector<ChainStep> asSteps(const Problem& problem);
/// Do they cost no more than reading what they work on?
bool areCheap(std::span<const ChainStep> steps);
/// Do the kernels of a problem repeat its operands by numpy's rule, where they have other shapes
/// than the result?
bool takesRepeats(const Problem& problem);
/// Is there a kernel that does all of `store` while it stores, with operands as the offer wants
/// them (those of `store` in the layout of the result)? Bits are those of one after the other.
bool takesStore(const Call& call, const Offer& offer);
/// Is there a kernel that makes all of `sums` beside what the offer does?
bool takesSums(const Call& call, const Offer& offer);

/// Is there a kernel that does all of `load` while it loads? Bits are those of one after the other.
bool takesLoad(const Call& call, const Offer& offer);
/// Does that kernel apply `load` to what a part reads while it is in the caches? Else it makes a
/// copy of the whole operand first.
bool loadsByPart(const Call& call, const Offer& offer);

/// The kernel for a call whose operands lie as they are; it has no function where none takes it,
/// and says in `refused` why.
Kernel bind(const Call& call);

}  // namespace vitrine::kernels

// SPDX-License-Identifier: Apache-2.0
// The door to all kernels: what they offer for a problem, and the one that takes it.
#pragma once

#include <string>
#include <vector>

#include "kernels/api/problem.h"

namespace vitrine::kernels {

/// How a kernel wants an operand, or leaves a result.
struct Form {
    Layout layout = Layout::RowMajor;
    int64_t halo = 0;        ///< at least so much; RowMajor has none
    bool isStrided = false;  ///< RowMajor: may have gaps and repeats
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
    std::string name;         ///< `lanes direct`
    std::vector<Form> forms;  ///< of the call's operands and results, in their order
    std::vector<InPlace> inPlace;
    std::vector<SameHalo> sameHalo;
    double seconds = 0;  ///< estimated, on one core; from shapes and instruction set alone

    /// That of the first operand that is not row-major.
    Layout layout() const;
};

struct Offers {
    std::vector<Offer> list;           ///< row-major first
    std::vector<std::string> refused;  ///< ways that kernels do not go here, and why
};

/// What kernels offer for a call. Layouts and strides of its operands do not count. Every problem
/// whose element types the family takes has an offer that is row-major throughout.
Offers offers(const Call& call);

/// The epilogue that a problem of its own would be, or None where kernels have none.
Epilogue asEpilogue(const Problem& problem);
/// Can kernels for this problem apply that to their (only) result before they store it?
bool takesEpilogue(const Problem& problem, Epilogue epilogue);

/// The kernel for a call whose operands lie as they are; it has no function where none takes it,
/// and says in `refused` why.
Kernel bind(const Call& call);

}  // namespace vitrine::kernels

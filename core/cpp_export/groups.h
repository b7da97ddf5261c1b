// SPDX-License-Identifier: Apache-2.0
// Groups: instructions that one loop of the exported program does. A convolution with what is done
// to each of its results before it is stored is one; so is a chain of pointwise functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/exec/evaluate.h"
#include "core/ir/program.h"
#include "kernels/api/problem.h"

namespace vitrine::cpp_export {

struct Group {
    int head = -1;            ///< instruction
    std::vector<int> joined;  ///< pointwise ones that follow, each on what was made before
    ValueId result(const Program& program) const {
        const int last = joined.empty() ? head : joined.back();
        return program.instrs[static_cast<size_t>(last)].out[0];
    }
};

/// What an instruction asks of kernels. Not for views.
kernels::Problem problemOf(const Program& program, const Instr& instr);

/// How often each value is read, by outputs too.
std::vector<int> readCounts(const Program& program);

/// Groups in an order in which they can run. Instructions whose results are all known are left out.
std::vector<Group> groupsOf(const Program& program, const std::vector<Numbers>& known);

/// A pointwise instruction as a call: `leaky_relu` of its operands, then `more` arguments.
struct PointwiseCall {
    std::string function;
    std::vector<double> more;
    /// Operands from the second on go along this axis of the result; −1: they repeat as numpy's do.
    int axis = -1;
};
/// Nothing where the instruction is none, or not of floats alone.
std::optional<PointwiseCall> pointwiseCall(const Program& program, const Instr& instr);

}  // namespace vitrine::cpp_export
